using System.Security.Cryptography;

namespace KeyBroker.Attestation.EventLogs.Uefi;

/// <summary>EFI_SIGNATURE_DATA (UEFI 2.10, 32.4.1): one certificate or image hash of a signature database.</summary>
internal sealed record UefiSignature(Guid Type, Guid Owner, ReadOnlyMemory<byte> Data)
{
    private static readonly Guid s_x509 = new("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");
    private static readonly Guid s_sha256 = new("c1c41626-504c-4092-aca9-41f936934328");

    private const int OwnerSize = 16;

    /// <summary>What policies know it by: the hash it is, or the SHA-256 of its bytes.</summary>
    public string Identity => Convert.ToHexStringLower(Type == s_sha256 ? Data.Span : SHA256.HashData(Data.Span));

    /// <summary>Parses a database: EFI_SIGNATURE_LISTs one after the other, to the last byte.</summary>
    /// <exception cref="EventLogException">A list is not what its sizes say.</exception>
    public static IReadOnlyList<UefiSignature> ParseLists(ReadOnlyMemory<byte> lists)
    {
        var found = new List<UefiSignature>();
        var reader = new LogReader(lists);
        while (reader.Remaining > 0)
        {
            ReadList(ref reader, found);
        }

        return found;
    }

    private static void ReadList(ref LogReader reader, List<UefiSignature> found)
    {
        const uint FixedSize = 28;
        var type = reader.ReadGuid();
        var (listSize, headerSize, signatureSize) = (reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        var known = type == s_x509 || type == s_sha256;
        var body = (long)listSize - FixedSize - headerSize;

        // The known types have no header: bytes that claim to be one would be read as trusted hashes by others.
        if (body < 0 || signatureSize <= OwnerSize || body % signatureSize != 0 || (known && headerSize != 0)
            || (type == s_sha256 && signatureSize != OwnerSize + SHA256.HashSizeInBytes))
        {
            throw new EventLogException("the sizes of a signature list do not fit together");
        }

        reader.Take(headerSize);
        for (var count = body / signatureSize; count > 0; count--)
        {
            found.Add(new UefiSignature(type, reader.ReadGuid(), reader.Take(signatureSize - OwnerSize)));
        }
    }
}
