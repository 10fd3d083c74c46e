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
}
