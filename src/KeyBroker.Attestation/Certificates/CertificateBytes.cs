using System.Formats.Asn1;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Certificates;

/// <summary>Finds the certificate in what was read from a TPM: NV indexes are larger than it, and old ones have a header.</summary>
public static class CertificateBytes
{
    public const int MaxBytes = 16 * 1024;

    private const int HeaderSize = 7;
    private const string Label = "CERTIFICATE";

    // TCG_FULL_CERT and, behind a type and a size, TCG_PCCLIENT_STORED_CERT.
    private static ReadOnlySpan<byte> HeaderStart => [0x10, 0x01, 0x00];

    private static ReadOnlySpan<byte> HeaderEnd => [0x10, 0x02];

    /// <summary>The encoding of one certificate, without header and padding.</summary>
    /// <exception cref="CertificateException">There is none, or something else behind it.</exception>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new CertificateException($"{bytes.Length} bytes, {MaxBytes} allowed");
        }

        var span = bytes.Span;
        var start = span.Length > HeaderSize && span.StartsWith(HeaderStart) && span[5..HeaderSize].SequenceEqual(HeaderEnd)
            ? HeaderSize
            : 0;
        if (!AsnDecoder.TryReadEncodedValue(span[start..], AsnEncodingRules.BER, out var tag, out _, out _, out var length)
            || tag != Asn1Tag.Sequence)
        {
            throw new CertificateException("not a certificate");
        }

        // Padding is what an erased or filled memory holds: one byte throughout. Anything else could be a second certificate.
        var rest = span[(start + length)..];
        return !rest.IsEmpty && rest.ContainsAnyExcept(rest[0])
            ? throw new CertificateException("something stands behind the certificate")
            : bytes.Slice(start, length);
    }

    /// <summary>All certificates of a PEM file, or the one of a DER file.</summary>
    /// <exception cref="CertificateException">There is none, or something that is no certificate.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> FindAll(ReadOnlySpan<byte> file)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        ReadOnlySpan<char> text = System.Text.Encoding.Latin1.GetString(file);
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label].SequenceEqual(Label))
            {
                found.Add(Find(Convert.FromBase64String(text[fields.Base64Data].ToString())));
            }

            text = text[fields.Location.End..];
        }

        return found.Count > 0 ? found : [Find(file.ToArray())];
    }
}
