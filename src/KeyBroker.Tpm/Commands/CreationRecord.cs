using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>What a TPM says of an object it just made, and its proof to itself that it did.</summary>
/// <param name="Data">TPMS_CREATION_DATA (Part 2, 15.1), as bytes.</param>
/// <param name="Hash">The digest of the data.</param>
public sealed record CreationRecord(byte[] Data, byte[] Hash, TpmTicket Ticket)
{
    internal static CreationRecord Read(ref TpmReader reader) => new(
        reader.ReadSized().ToArray(), reader.ReadSized(HashAlgorithms.MaxSize).ToArray(), TpmTicket.Read(ref reader));
}
