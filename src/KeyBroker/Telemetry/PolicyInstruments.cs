using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>What became of edited policies, and what those say that are tried out.</summary>
internal static class PolicyInstruments
{
    private static readonly Counter<long> s_reloads = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.policy.reloads", description: "Reloads of the policies by outcome; a refused one leaves the last good set in force.");

    private static readonly Counter<long> s_observed = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.policy.observed", description: "What policies that are only observed say of attestations.");

    /// <summary>One observed policy and one attestation.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="isAllowed">Whether an enforced one does.</param>
    public static void Observed(bool holds, bool isAllowed) => s_observed.Add(
        1, new KeyValuePair<string, object?>("outcome", !holds ? "fails" : isAllowed ? "holds" : "would-let-in"));

    public static void Reloaded(bool isAccepted) =>
        s_reloads.Add(1, new KeyValuePair<string, object?>("outcome", isAccepted ? "accepted" : "refused"));
}
