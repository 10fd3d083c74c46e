using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyCounterTimer (TPM 2.0 Part 3, 23.10).</summary>
internal sealed record CounterTimerStep(NvComparison Comparison) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.CounterTimer(Comparison);

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.CounterTimer(Comparison);
}
