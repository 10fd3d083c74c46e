using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies;

/// <summary>Everything at hand to satisfy a policy with; each step takes from it what it needs, by name.</summary>
public sealed record PolicyMeans
{
    /// <summary>The command that is to be authorized; null for any.</summary>
    public TpmCommandCode? Command { get; init; }

    /// <summary>The object to be duplicated.</summary>
    public TpmName? Duplicated { get; init; }

    public IReadOnlyList<AuthorizedHandle> Secrets { get; init; } = [];

    public IReadOnlyList<PolicySigner> Signers { get; init; } = [];

    public IReadOnlyList<PolicyApproval> Approvals { get; init; } = [];

    public IReadOnlyList<NvAccess> Indices { get; init; } = [];

    internal AuthorizedHandle? FindSecret(TpmName entity) => Secrets.FirstOrDefault(one => one.Target.Name == entity);

    internal PolicySigner? FindSigner(TpmName key) => Signers.FirstOrDefault(one => one.Key.Name == key);

    internal NvAccess? FindIndex(TpmName index) => Indices.FirstOrDefault(one => one.Index.Name == index);
}
