using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;

namespace KeyBroker.Client;

/// <summary>The reasons of a check in the words of specs/broker-attestation.md.</summary>
internal static class RefusedBroker
{
    /// <summary>What a broker would call a malformed request is here an answer that is none.</summary>
    public static IReadOnlyList<Reason> ReasonsOf(DeniedException refused) =>
        refused.Code is ProblemCodes.RequestMalformed or ProblemCodes.EvidenceMalformed || refused.Reasons.Count == 0
            ? [new Reason(BrokerReasons.Malformed, refused.Message) { Path = refused.Reasons is [{ } first, ..] ? first.Path : null }]
            : refused.Reasons;
}
