using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyNvWritten (TPM 2.0 Part 3, 23.20).</summary>
internal sealed record NvWrittenStep(bool Written) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.NvWritten(Written);

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.NvWritten(Written);
}
