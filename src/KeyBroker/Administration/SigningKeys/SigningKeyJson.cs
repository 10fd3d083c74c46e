using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Receipts;

namespace KeyBroker.Administration;

/// <summary>Signing keys as administrators see them.</summary>
internal static class SigningKeyJson
{
    public static JsonObject Of(SigningKeys keys, SigningKey key)
    {
        var json = new JsonObject
        {
            ["kid"] = key.Kid,
            ["use"] = key.Use,
            ["notBefore"] = Timestamp.Of(key.Statement.NotBefore),
            ["notAfter"] = Timestamp.Of(key.Statement.NotAfter),
            ["signs"] = keys.SignsNow(key),
        };
        if (keys.CertificateOf(key) is { } certificate)
        {
            json["certificate"] = new JsonObject
            {
                ["subject"] = certificate.Subject,
                ["issuer"] = certificate.Issuer,
                ["notBefore"] = Timestamp.Of(certificate.NotBefore),
                ["notAfter"] = Timestamp.Of(certificate.NotAfter),
            };
        }

        return json;
    }
}
