using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>A key as an administrator's act left it; set once that is durable.</summary>
internal sealed class ChangedKey
{
    public KeyRecord? Key { get; set; }
}
