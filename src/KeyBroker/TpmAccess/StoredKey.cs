using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.TpmAccess;

/// <summary>An object that waits outside the TPM, with the storage key that brings it in; no parent means the SRK.</summary>
internal sealed class StoredKey(SealedObject stored, StoredKey? parent)
{
    public SealedObject Stored { get; } = stored;

    public StoredKey? Parent { get; } = parent;

    public TpmPublic Area { get; } = TpmPublic.ParseSized(stored.Public);
}
