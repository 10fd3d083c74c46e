using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>Makes sure that a loaded object has the name of its public area.</summary>
internal static class LoadedObject
{
    /// <exception cref="TpmFormatException">The TPM named another object.</exception>
    internal static TpmObject Check(TpmHandle handle, TpmName named, TpmPublic area) => named == area.Name
        ? new TpmObject(handle, named)
        : throw new TpmFormatException("the TPM named an object other than its public area says");
}
