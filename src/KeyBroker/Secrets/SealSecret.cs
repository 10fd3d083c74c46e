using KeyBroker.Gate;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

/// <summary>Seal a value as the next version of a secret. The handler wipes the value.</summary>
/// <param name="Labels">Null leaves them as they are.</param>
/// <param name="Require">What If-Match demands of the secret as it is; null for nothing.</param>
internal sealed record SealSecret(
    Approval Approval, byte[] Value, IReadOnlyDictionary<string, string>? Labels, Action<VaultItem>? Require) : SecretMessage(Approval)
{
    /// <summary>Its first version is wanted, and no next one.</summary>
    public bool IsNew { get; init; }
}
