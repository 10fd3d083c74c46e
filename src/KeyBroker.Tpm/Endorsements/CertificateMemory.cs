using System.Formats.Asn1;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Endorsements;

/// <summary>Reads the certificates that a TPM's maker left in its memory.</summary>
public sealed class CertificateMemory(Tpm tpm)
{
    // Every TPM gives as much at once.
    private const int Piece = 512;
    private const int LargestIndex = 16 * 1024;

    // EK Credential Profile, 2.2.1.5.2: the chain of makers whose chips certify themselves, one stream over several indexes.
    private const uint FirstOfChain = 0x01C0_0100;
    private const uint LastOfChain = 0x01C0_01FF;
    private const int MostOfChain = 5;

    /// <summary>The certificate of a kind of key, or null where the maker left none.</summary>
    public EndorsementCertificate? Find(EndorsementKeyKind kind) =>
        Read(EndorsementKeys.CertificateOf(kind)) is { } certificate ? new EndorsementCertificate(certificate, ReadChain()) : null;

    private List<byte[]> ReadChain()
    {
        var indexes = tpm.Execute(new GetCapability(TpmCapability.Handles, FirstOfChain, MostOfChain * 2)).ToNumbers()
            .Where(handle => handle is >= FirstOfChain and <= LastOfChain);
        var stream = indexes.SelectMany(handle => Read(new TpmHandle(handle)) ?? []).ToArray();
        var chain = new List<byte[]>();
        var at = 0;
        while (chain.Count < MostOfChain
            && AsnDecoder.TryReadEncodedValue(stream.AsSpan(at), AsnEncodingRules.BER, out var tag, out _, out _, out var length)
            && tag == Asn1Tag.Sequence)
        {
            chain.Add(stream[at..(at + length)]);
            at += length;
        }

        return chain;
    }

    private byte[]? Read(TpmHandle handle)
    {
        try
        {
            var index = tpm.Execute(new NvReadPublic(handle));
            return index.Attributes.HasFlag(NvAttributes.Written) && index.DataSize <= LargestIndex ? Read(index) : null;
        }
        catch (TpmException)
        {
            return null; // There is no such index, or it is not for us to read.
        }
    }

    private byte[] Read(NvPublic index)
    {
        var authority = (index.Attributes.HasFlag(NvAttributes.AuthRead) ? index.Object : TpmObject.Owner).WithPassword();
        var bytes = new List<byte>(index.DataSize);
        while (bytes.Count < index.DataSize)
        {
            bytes.AddRange(tpm.Execute(new NvRead(authority, index.Object, Math.Min(Piece, index.DataSize - bytes.Count), bytes.Count)));
        }

        return [.. bytes];
    }
}
