using System.Text;

namespace KeyBroker.Attestation.EventLogs.Uefi;

/// <summary>UEFI_IMAGE_LOAD_EVENT (Platform Firmware Profile, 10.2.3): the file an image came from, as the firmware tells it.</summary>
internal static class LoadedImage
{
    // ImageLocationInMemory, ImageLengthInMemory, ImageLinkTimeAddress.
    private const int Before = 3 * sizeof(ulong);
    private const byte MediaPath = 4;
    private const byte FilePath = 4;
    private const byte End = 0x7F;
    private const int NodeHeader = 4;

    /// <summary>Null where the data is something else, or names no file. Untrusted: no digest covers it.</summary>
    public static string? TryReadPath(ReadOnlyMemory<byte> data)
    {
        try
        {
            var reader = new LogReader(data);
            reader.Take(Before);
            return ReadPath(reader.Take(reader.ReadUInt64()));
        }
        catch (EventLogException)
        {
            return null;
        }
    }

    private static string? ReadPath(ReadOnlyMemory<byte> path)
    {
        var reader = new LogReader(path);
        while (reader.Remaining > 0)
        {
            var (type, subType, length) = (reader.ReadByte(), reader.ReadByte(), reader.ReadUInt16());
            if (type == End || length < NodeHeader)
            {
                return null;
            }

            var content = reader.Take((ulong)(length - NodeHeader));
            if ((type, subType) == (MediaPath, FilePath))
            {
                return Encoding.Unicode.GetString(content.Span).TrimEnd('\0');
            }
        }

        return null;
    }
}
