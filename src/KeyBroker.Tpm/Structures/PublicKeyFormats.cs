using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KeyBroker.Tpm.Structures;

/// <summary>Public keys in the forms that others write: SubjectPublicKeyInfo in PEM, and JSON Web Keys.</summary>
public static class PublicKeyFormats
{
    private const string PemLabel = "PUBLIC KEY";

    /// <summary>What a foreign key becomes unless told otherwise: one that verifies and encrypts, in any scheme.</summary>
    private const ObjectAttributes ForAnyUse =
        ObjectAttributes.UserWithAuth | ObjectAttributes.Sign | ObjectAttributes.Decrypt;

    /// <summary>The key as a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in PEM (RFC 7468, 13).</summary>
    /// <exception cref="TpmFormatException">Not an RSA or elliptic-curve key, or not a valid one.</exception>
    public static string ToPem(TpmPublic area) => PemEncoding.WriteString(PemLabel, area.SubjectPublicKeyInfo());

    /// <summary>Reads one SubjectPublicKeyInfo in PEM, and nothing beside it.</summary>
    /// <param name="like">What the key is to be in all but its numbers; null for a key of any use.</param>
    /// <exception cref="TpmFormatException">The text is something else.</exception>
    public static TpmPublic FromPem(string pem, TpmPublic? like = null)
    {
        if (!PemEncoding.TryFind(pem, out var found)
            || pem[found.Label] != PemLabel
            || !pem.AsSpan(..found.Location.Start.Value).IsWhiteSpace()
            || !pem.AsSpan(found.Location.End.Value).IsWhiteSpace())
        {
            throw new TpmFormatException($"not one {PemLabel} in PEM");
        }

        return FromSubjectPublicKeyInfo(Convert.FromBase64String(pem[found.Base64Data]), like);
    }

    /// <summary>Reads one DER SubjectPublicKeyInfo, to its last byte.</summary>
    /// <inheritdoc cref="FromPem"/>
    public static TpmPublic FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der, TpmPublic? like = null)
    {
        const string RsaEncryption = "1.2.840.113549.1.1.1";
        try
        {
            var info = PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            using AsymmetricAlgorithm key = info.Oid.Value == RsaEncryption ? RSA.Create() : ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(der, out _);
            return read == der.Length ? FromKey(key, like) : throw new TpmFormatException("bytes after the key");
        }
        catch (Exception invalid) when (invalid is CryptographicException or PlatformNotSupportedException)
        {
            throw new TpmFormatException("not a valid public key");
        }
    }

    /// <summary>The key as a JSON Web Key (RFC 7517): only what a thumbprint covers, in its order (RFC 7638).</summary>
    /// <exception cref="TpmFormatException">Not an RSA or elliptic-curve key, or not a valid one.</exception>
    public static string ToJwk(TpmPublic area) => JsonWebKeys.Write(area);

    /// <summary>Reads the public numbers of one JSON Web Key; one with private members is refused.</summary>
    /// <inheritdoc cref="FromPem"/>
    public static TpmPublic FromJwk(string json, TpmPublic? like = null)
    {
        using var key = JsonWebKeys.Read(json);
        return FromKey(key, like);
    }

    /// <summary>The public area of a key of the platform.</summary>
    /// <inheritdoc cref="FromPem"/>
    public static TpmPublic FromKey(AsymmetricAlgorithm key, TpmPublic? like = null) => key switch
    {
        RSA rsa => OfRsa(rsa.ExportParameters(false), like ?? Any(TpmAlgorithm.Rsa)),
        ECDsa ecdsa => OfEcc(ecdsa.ExportParameters(false), like ?? Any(TpmAlgorithm.Ecc)),
        ECDiffieHellman ecdh => OfEcc(ecdh.ExportParameters(false), like ?? Any(TpmAlgorithm.Ecc)),
        _ => throw new TpmFormatException("neither an RSA nor an elliptic-curve key"),
    };

    // The usual exponent is written as the template writes it, zero or spelt out: the name depends on it.
    private static TpmPublic OfRsa(RSAParameters key, TpmPublic like)
    {
        if (like.Parameters is not RsaPublicParameters parameters || key.Exponent!.Length > sizeof(uint))
        {
            throw new TpmFormatException("not a key like the template");
        }

        var keyBits = key.Modulus!.Length * 8;
        var exponent = key.Exponent.Aggregate(0u, (number, octet) => (number << 8) | octet);
        PublicKeys.CheckModulus(key.Modulus, keyBits);
        PublicKeys.CheckExponent(exponent);
        return like with
        {
            Parameters = parameters with
            {
                KeyBits = keyBits,
                Exponent = exponent == PublicKeys.ExponentOf(parameters) ? parameters.Exponent : exponent,
            },
            Unique = new RsaUnique(key.Modulus),
        };
    }

    private static TpmPublic OfEcc(ECParameters key, TpmPublic like) => like.Parameters is EccPublicParameters parameters
        ? like with
        {
            Parameters = parameters with { Curve = EccCurves.FromPlatform(key.Curve) },
            Unique = new EccUnique(key.Q.X, key.Q.Y),
        }
        : throw new TpmFormatException("not a key like the template");

    private static TpmPublic Any(TpmAlgorithm type) => new()
    {
        Type = type,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ForAnyUse,
        Parameters = type == TpmAlgorithm.Rsa
            ? new RsaPublicParameters(SymmetricDefinition.Null, SignatureScheme.Null, 2048, 0)
            : new EccPublicParameters(
                SymmetricDefinition.Null, SignatureScheme.Null, TpmEccCurve.NistP256, SignatureScheme.Null),
        Unique = type == TpmAlgorithm.Rsa ? new RsaUnique(default) : new EccUnique(default, default),
    };
}
