using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Public keys of the broker in the form other tools read.</summary>
public static class PublicKeyPem
{
    /// <summary>An EC or RSA public key as a PEM SubjectPublicKeyInfo.</summary>
    public static string Of(JsonObject publicJwk)
    {
        if ((string?)publicJwk["kty"] == "RSA")
        {
            using var rsa = RSA.Create(Jose.RsaParameters(publicJwk));
            return rsa.ExportSubjectPublicKeyInfoPem();
        }

        using var key = ECDsa.Create(Jose.EcParameters(publicJwk));
        return key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>The JWK of an EC key, whose private part, if the PEM has one, stays here.</summary>
    /// <exception cref="ArgumentException">No PEM of a key.</exception>
    /// <exception cref="CryptographicException">Not an EC key.</exception>
    public static JsonObject ToEcJwk(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var jwk = Jose.PublicJwk(key.ExportParameters(includePrivateParameters: false));
        jwk["crv"] = $"P-{key.KeySize}";
        return jwk;
    }
}
