using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Which bytes of an event its digest is over; no others are a fact, whatever the event says it is.</summary>
internal static class EventCoverage
{
    private static readonly Encoding s_utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding s_utf16 = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>True where exactly these bytes were measured.</summary>
    public static bool Measured(LogEvent entry, TpmAlgorithm bank, ReadOnlySpan<byte> bytes)
    {
        if (entry.Find(bank) is not { } digest)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HashAlgorithms.MaxSize];
        var written = CryptographicOperations.HashData(HashAlgorithms.ToName(bank), bytes, hash);
        return hash[..written].SequenceEqual(digest.Span);
    }

    public static bool MeasuredWhole(LogEvent entry, TpmAlgorithm bank) => Measured(entry, bank, entry.Data.Span);

    /// <summary>
    /// The text that a boot loader measured, or null. GRUB measures what follows its label, with or without the final NUL.
    /// </summary>
    public static MeasuredText? Text(LogEvent entry, TpmAlgorithm bank)
    {
        var data = entry.Data.Span;
        if (data.IsEmpty)
        {
            return null;
        }

        var text = data.TrimEnd((byte)0);
        var label = text.IndexOf((byte)' ');
        return MeasuredWhole(entry, bank) ? Decode(data)
            : Measured(entry, bank, text) ? Decode(text)
            : label < 0 ? null
            : Labelled(entry, bank, label + 1, text.Length);
    }

    private static MeasuredText? Labelled(LogEvent entry, TpmAlgorithm bank, int start, int end)
    {
        var data = entry.Data.Span;
        var text = data[start..end];
        var terminated = end < data.Length && Measured(entry, bank, data[start..(end + 1)]);
        return terminated || Measured(entry, bank, text) ? Decode(text) : null;
    }

    // Boot loaders write UTF-8, the firmware's own world UTF-16; a text of ASCII in UTF-16 has a NUL at every second byte.
    private static MeasuredText? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var wide = bytes.Length % 2 == 0 && bytes.Length > 1 && bytes[1] == 0;
            return new MeasuredText((wide ? s_utf16 : s_utf8).GetString(bytes).TrimEnd('\0'), wide);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
