using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyAuthValue and TPM2_PolicyPassword (TPM 2.0 Part 3, 23.17 and 23.18), which share a digest.</summary>
internal sealed record AuthValueStep(bool IsPassword) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.AuthValue();

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        if (IsPassword)
        {
            session.Password();
        }
        else
        {
            session.AuthValue();
        }
    }
}
