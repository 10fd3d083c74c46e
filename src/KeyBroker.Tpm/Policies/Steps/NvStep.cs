using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyNV (TPM 2.0 Part 3, 23.9).</summary>
internal sealed record NvStep(TpmName Index, NvComparison Comparison) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.Nv(Index, Comparison);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.FindIndex(Index) is not null;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var access = Need(means.FindIndex(Index), $"access to index {Index}");
        session.Nv(access.Authority, access.Index, Comparison);
    }
}
