using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>Makes sure that an object has the name of its public area.</summary>
internal static class LoadedObject
{
    /// <summary>An object that the command has put into the TPM.</summary>
    /// <exception cref="TpmFormatException">The TPM named another object, or something else.</exception>
    internal static TpmObject Check(TpmHandle handle, TpmName named, TpmPublic area) =>
        CheckName(handle.Expect(TpmHandle.TransientKind), named, area);

    /// <exception cref="TpmFormatException">The TPM named another object.</exception>
    internal static TpmObject CheckName(TpmHandle handle, TpmName named, TpmPublic area) => named == area.Name
        ? new TpmObject(handle, named)
        : throw new TpmFormatException("the TPM named an object other than its public area says");
}
