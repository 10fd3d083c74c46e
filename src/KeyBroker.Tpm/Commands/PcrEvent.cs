using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PCR_Event (TPM 2.0 Part 3, 22.3): extends every bank with the digest of at most 1,024 bytes.</summary>
public sealed class PcrEvent(
    AuthorizedHandle pcr, ReadOnlyMemory<byte> data)
    : TpmCommand<IReadOnlyDictionary<TpmAlgorithm, byte[]>>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PcrEvent, AuthHandles: 1, EncryptsCommand: true);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(pcr);

    protected internal override void WriteParameters(TpmWriter writer) => writer.WriteSized(data.Span);

    protected internal override IReadOnlyDictionary<TpmAlgorithm, byte[]> ReadResponse(
        TpmHandle handle, ref TpmReader reader)
    {
        var digests = new Dictionary<TpmAlgorithm, byte[]>();
        for (var left = reader.ReadCount(PcrSelectionList.MaxBanks); left > 0; left--)
        {
            var bank = reader.ReadAlgorithm();
            if (!digests.TryAdd(bank, reader.ReadBytes(HashAlgorithms.Size(bank)).ToArray()))
            {
                throw new TpmFormatException("two digests of one bank");
            }
        }

        return digests;
    }
}
