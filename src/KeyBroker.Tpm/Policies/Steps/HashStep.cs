using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyCpHash, TPM2_PolicyNameHash and TPM2_PolicyTemplate (TPM 2.0 Part 3, 23.13, 23.14 and 23.21).</summary>
internal sealed record HashStep(TpmCommandCode Step, ReadOnlyMemory<byte> Hash) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => Step switch
    {
        TpmCommandCode.PolicyCpHash => before.CpHash(Hash.Span),
        TpmCommandCode.PolicyNameHash => before.NameHash(Hash.Span),
        _ => before.Template(Hash.Span),
    };

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        switch (Step)
        {
            case TpmCommandCode.PolicyCpHash:
                session.CpHash(Hash);
                break;
            case TpmCommandCode.PolicyNameHash:
                session.NameHash(Hash);
                break;
            default:
                session.Template(Hash);
                break;
        }
    }
}
