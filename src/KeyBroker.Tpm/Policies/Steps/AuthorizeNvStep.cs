using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyAuthorizeNV (TPM 2.0 Part 3, 23.22).</summary>
internal sealed record AuthorizeNvStep(TpmName Index) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.AuthorizeNv(Index);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.FindIndex(Index)?.Holds?.IsPossible(session, means, before) == true;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var access = Need(means.FindIndex(Index), $"access to index {Index}");
        Need(access.Holds, $"the policy that index {Index} holds").Execute(session, means, before);
        session.AuthorizeNv(access.Authority, access.Index);
    }
}
