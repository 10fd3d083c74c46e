using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies;

/// <summary>One demand of a policy: how it enters the digest, and how a session meets it.</summary>
internal abstract record PolicyStep
{
    /// <summary>The digest after this step, computed in software.</summary>
    internal abstract PolicyDigest Extend(PolicyDigest before);

    /// <summary>Whether the step can be taken; looks at registers perhaps, but proves nothing to the TPM.</summary>
    internal virtual bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) => true;

    /// <exception cref="PolicyNotSatisfiedException">What it takes is not at hand.</exception>
    internal abstract void Execute(PolicySession session, PolicyMeans means, PolicyDigest before);

    private protected static T Need<T>(T? found, string what)
        where T : class => found ?? throw new PolicyNotSatisfiedException($"the policy needs {what}");
}
