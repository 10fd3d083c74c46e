using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyOR (TPM 2.0 Part 3, 23.6), which takes eight branches: of more, a tree is made.</summary>
internal sealed record OrStep : PolicyStep
{
    private const int MaxBranches = 8;

    private readonly IReadOnlyList<Policy> _branches;

    /// <exception cref="ArgumentOutOfRangeException">Fewer than two branches.</exception>
    public OrStep(IReadOnlyList<Policy> branches)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(branches.Count, 2);
        _branches = [.. branches];
    }

    internal override PolicyDigest Extend(PolicyDigest before)
    {
        var level = Leaves(before);
        while (level.Count > MaxBranches)
        {
            level = Above(level, before);
        }

        return before.Or(level);
    }

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        _branches.Any(branch => branch.IsPossible(session, means, before));

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var taken = Enumerable.Range(0, _branches.Count)
            .Where(branch => _branches[branch].IsPossible(session, means, before))
            .Append(-1).First();
        if (taken < 0)
        {
            throw new PolicyNotSatisfiedException("none of the alternatives of the policy is possible");
        }

        _branches[taken].Execute(session, means, before);
        Climb(session, before, taken);
    }

    private void Climb(PolicySession session, PolicyDigest before, int taken)
    {
        for (var level = Leaves(before); level.Count > 1; level = Above(level, before))
        {
            var group = level.Chunk(MaxBranches).ElementAt(taken / MaxBranches);
            if (group.Length > 1)
            {
                session.Or(group);
            }

            taken /= MaxBranches;
        }
    }

    private List<byte[]> Leaves(PolicyDigest before) => [.. _branches.Select(branch => branch.Extend(before).Value)];

    // One that is left over alone rises as it is.
    private static List<byte[]> Above(List<byte[]> level, PolicyDigest before) =>
        [.. level.Chunk(MaxBranches).Select(group => group.Length > 1 ? before.Or(group).Value : group[0])];
}
