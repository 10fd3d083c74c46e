using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>A key or a secret as a change left it; set once that is durable.</summary>
internal sealed class ChangedItem
{
    public VaultItem? Item { get; set; }
}
