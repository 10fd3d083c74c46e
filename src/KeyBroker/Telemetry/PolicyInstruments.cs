using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>What became of edited policies.</summary>
internal static class PolicyInstruments
{
    private static readonly Counter<long> s_reloads = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.policy.reloads", description: "Reloads of the policies by outcome; a refused one leaves the last good set in force.");

    public static void Reloaded(bool isAccepted) =>
        s_reloads.Add(1, new KeyValuePair<string, object?>("outcome", isAccepted ? "accepted" : "refused"));
}
