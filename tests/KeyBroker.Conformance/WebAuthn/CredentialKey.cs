using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>The authenticator's data (WebAuthn, 6.1): whose site it is for, and the key that was made.</summary>
internal static class CredentialKey
{
    private const int HeaderSize = 37;  // RP id hash, flags, counter.
    private const int AaguidSize = 16;
    private const byte HasKey = 0x40;

    public static ReadOnlySpan<byte> SiteOf(byte[] authenticatorData) => authenticatorData.AsSpan(0, 32);

    /// <summary>The COSE key as SubjectPublicKeyInfo.</summary>
    /// <exception cref="FormatException">There is none, or of a kind that TPMs do not make.</exception>
    public static byte[] Parse(byte[] data)
    {
        if (data.Length < HeaderSize + AaguidSize + 2 || (data[32] & HasKey) == 0)
        {
            throw new FormatException("the authenticator's data holds no key");
        }

        var idSize = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(HeaderSize + AaguidSize));
        var at = HeaderSize + AaguidSize + 2 + idSize;
        if (at > data.Length)
        {
            throw new FormatException("the credential's id is longer than the data");
        }

        var reader = new Cbor(data.AsSpan(at));
        var key = Statement.Of<Dictionary<object, object>>(reader.Read());
        return Statement.Of<long>(Statement.Get(key, 1L)) switch
        {
            2 => Ecc(key),
            3 => Rsa(key),
            _ => throw new FormatException("a key of another type"),
        };
    }

    private static byte[] Ecc(Dictionary<object, object> key)
    {
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = Statement.Of<long>(Statement.Get(key, -1L)) switch
            {
                1 => ECCurve.NamedCurves.nistP256,
                2 => ECCurve.NamedCurves.nistP384,
                3 => ECCurve.NamedCurves.nistP521,
                _ => throw new FormatException("another curve"),
            },
            Q = new ECPoint
            {
                X = Statement.Of<byte[]>(Statement.Get(key, -2L)),
                Y = Statement.Of<byte[]>(Statement.Get(key, -3L)),
            },
        });
        return ecdsa.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Rsa(Dictionary<object, object> key)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Statement.Of<byte[]>(Statement.Get(key, -1L)),
            Exponent = Statement.Of<byte[]>(Statement.Get(key, -2L)),
        });
        return rsa.ExportSubjectPublicKeyInfo();
    }
}
