using System.Diagnostics.Metrics;
using KeyBroker.Telemetry;

namespace KeyBroker.Verifiers;

/// <summary>What remote verifiers are asked and say, by their configured names.</summary>
internal static class VerifierInstruments
{
    private static readonly Counter<long> s_results = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.verifier.results", description: "Results by verifier and outcome: accepted, refused, unavailable.");

    private static readonly Histogram<double> s_duration = BrokerMeter.Duration(
        "keybroker.verifier.duration", "Time of an exchange with a verifier, its repetitions included.");

    private static readonly Counter<long> s_attempts = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.verifier.requests", description: "Requests to verifiers by what came of them: answer or none.");

    private static readonly Counter<long> s_looks = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.verifier.jwks.fetches", description: "Looks for the keys of verifiers by outcome.");

    public static void Ended(string verifier, string outcome) => s_results.Add(1, new("verifier", verifier), new KeyValuePair<string, object?>("outcome", outcome));

    public static void Took(string verifier, TimeSpan time) =>
        s_duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("verifier", verifier));

    public static void Asked(string verifier, bool isAnswered) =>
        s_attempts.Add(1, new("verifier", verifier), new KeyValuePair<string, object?>("outcome", isAnswered ? "answer" : "none"));

    public static void Looked(string verifier, bool isFound) =>
        s_looks.Add(1, new("verifier", verifier), new KeyValuePair<string, object?>("outcome", isFound ? "found" : "failed"));
}
