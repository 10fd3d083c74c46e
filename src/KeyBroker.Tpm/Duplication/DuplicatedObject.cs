using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Duplication;

/// <summary>An object on its way from one parent to another (TPM 2.0 Part 1, 23).</summary>
/// <param name="Private">The content of the TPM2B_PRIVATE, without its size.</param>
/// <param name="Seed">The content of the TPM2B_ENCRYPTED_SECRET, without its size; empty if there is no outer wrapper.</param>
public sealed record DuplicatedObject(ReadOnlyMemory<byte> Private, ReadOnlyMemory<byte> Seed)
{
    internal static DuplicatedObject Read(ref TpmReader reader) =>
        new(reader.ReadSized().ToArray(), reader.ReadSized().ToArray());
}
