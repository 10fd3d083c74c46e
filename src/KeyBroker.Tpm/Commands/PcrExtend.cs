using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PCR_Extend (TPM 2.0 Part 3, 22.2), with a digest for each bank.</summary>
public sealed class PcrExtend(AuthorizedHandle pcr, IReadOnlyDictionary<TpmAlgorithm, byte[]> digests) : TpmAction
{
    protected internal override CommandDescriptor Descriptor => new(TpmCommandCode.PcrExtend, AuthHandles: 1);

    /// <summary>Extends one bank of a register that needs no authorization value.</summary>
    public static PcrExtend Of(int pcr, TpmAlgorithm bank, byte[] digest) =>
        new(TpmObject.Pcr(pcr).WithPassword(), new Dictionary<TpmAlgorithm, byte[]> { [bank] = digest });

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(pcr);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt32((uint)digests.Count);
        foreach (var (bank, digest) in digests)
        {
            writer.WriteAlgorithm(bank);
            writer.WriteBytes(digest);
        }
    }
}
