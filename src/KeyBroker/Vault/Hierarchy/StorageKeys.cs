using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>The two storage keys, one of which every object of the vault is a child of.</summary>
internal sealed record StorageKeys(StoredKey Local, StoredKey Fleet)
{
    public StoredKey Of(Residence residence) => residence == Residence.Fleet ? Fleet : Local;
}
