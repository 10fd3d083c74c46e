using System.Numerics;

namespace KeyBroker.Testing;

/// <summary>Other forms of a P-256 signature r‖s.</summary>
public static class EcdsaSignatures
{
    private static readonly BigInteger s_order = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    /// <summary>(r, n − s), which verifies as well.</summary>
    public static byte[] Mirrored(byte[] signature)
    {
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var mirrored = new byte[64];
        signature.AsSpan(0, 32).CopyTo(mirrored);
        var bytes = (s_order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(mirrored, 64 - bytes.Length);
        return mirrored;
    }

    /// <summary>The signature as a DER sequence, which JWS does not know.</summary>
    public static byte[] Der(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(signature.AsSpan(0, 32).TrimStart((byte)0));
            writer.WriteIntegerUnsigned(signature.AsSpan(32).TrimStart((byte)0));
        }

        return writer.Encode();
    }
}
