using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Http;

/// <summary>The key that a machine attests as <c>enc</c>, and RFC 7516 and RFC 7518, 4.6 written out to open what is sent to it.</summary>
internal sealed class JweHolder : IDisposable
{
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public JsonObject Jwk
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return new()
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64Url.Encode(point.X),
                ["y"] = Base64Url.Encode(point.Y),
            };
        }
    }

    public static JsonObject HeaderOf(string jwe) => JsonNode.Parse(Base64Url.Decode(jwe.Split('.')[0]))!.AsObject();

    public byte[] Open(JsonNode? jwe)
    {
        var parts = jwe!.GetValue<string>().Split('.');
        using var ephemeral = PublicJwk.Parse(HeaderOf(jwe.GetValue<string>())["epk"]!.ToJsonString()).ToEcdh();
        var shared = _key.DeriveRawSecretAgreement(ephemeral.PublicKey);
        var key = SHA256.HashData([0, 0, 0, 1, .. shared, 0, 0, 0, 7, .. "A256GCM"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        var content = new byte[Base64Url.Decode(parts[3]).Length];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(Base64Url.Decode(parts[2]), Base64Url.Decode(parts[3]), Base64Url.Decode(parts[4]), content, Encoding.ASCII.GetBytes(parts[0]));
        return content;
    }

    public void Dispose() => _key.Dispose();
}
