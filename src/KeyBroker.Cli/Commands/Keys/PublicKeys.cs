using System.Formats.Asn1;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>Public keys and signatures in the forms openssl reads.</summary>
internal static class PublicKeys
{
    public static string ToPem(JsonObject version) =>
        PublicKeyPem.Of(version["publicJwk"] as JsonObject ?? throw new UsageException("this key has no public part"));

    /// <summary>A signature in the form openssl reads.</summary>
    public static byte[] ForOpenSsl(string alg, byte[] signature) =>
        alg.StartsWith("ES", StringComparison.Ordinal) ? ToDer(signature) : signature;

    /// <summary>r‖s as the DER sequence of RFC 3279, 2.2.3.</summary>
    private static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(signature[..(signature.Length / 2)]));
            writer.WriteIntegerUnsigned(Shortest(signature[(signature.Length / 2)..]));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> value)
    {
        var trimmed = value.TrimStart((byte)0);
        return trimmed.IsEmpty ? [0] : trimmed;
    }
}
