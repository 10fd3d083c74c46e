using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Receipts;
using Xunit;

namespace KeyBroker.Tests.Receipts;

public sealed class JweEncrypterTests
{
    private static readonly byte[] s_content = [0, 255, 1, 2, 3];

    [Fact]
    public void An_RSA_holder_opens_it()
    {
        using var holder = RSA.Create(2048);
        var parameters = holder.ExportParameters(false);
        var jwk = PublicJwk.Parse(
            $$"""{"kty":"RSA","n":"{{Base64Url.Encode(parameters.Modulus)}}","e":"{{Base64Url.Encode(parameters.Exponent)}}"}""");

        var parts = JweEncrypter.Encrypt(jwk, s_content).Split('.');

        Assert.Equal("RSA-OAEP-256", (string?)Header(parts)["alg"]);
        Assert.Equal(s_content, Open(holder.Decrypt(Base64Url.Decode(parts[1]), RSAEncryptionPadding.OaepSHA256), parts));
    }

    [Fact]
    public void An_EC_holder_opens_it()
    {
        using var holder = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var parts = JweEncrypter.Encrypt(JwkOf(holder), s_content).Split('.');

        Assert.Equal(("ECDH-ES", "A256GCM", ""), ((string?)Header(parts)["alg"], (string?)Header(parts)["enc"], parts[1]));
        Assert.Equal(s_content, Open(Agree(holder, Header(parts)), parts));
    }

    [Fact]
    public void Nothing_is_used_twice()
    {
        using var holder = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (first, second) = (JweEncrypter.Encrypt(JwkOf(holder), s_content).Split('.'), JweEncrypter.Encrypt(JwkOf(holder), s_content).Split('.'));

        Assert.NotEqual((string?)Header(first)["epk"]!["x"], (string?)Header(second)["epk"]!["x"]);
        Assert.NotEqual(first[2], second[2]);
    }

    private static PublicJwk JwkOf(ECDiffieHellman key)
    {
        var point = key.ExportParameters(false).Q;
        return PublicJwk.Parse($$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""");
    }

    private static JsonObject Header(string[] parts) => JsonNode.Parse(Base64Url.Decode(parts[0]))!.AsObject();

    /// <summary>RFC 7518, 4.6.2, written out: SHA-256(1 ‖ Z ‖ 7 "A256GCM" ‖ 0 ‖ 0 ‖ 256).</summary>
    private static byte[] Agree(ECDiffieHellman holder, JsonObject header)
    {
        using var ephemeral = PublicJwk.Parse(header["epk"]!.ToJsonString()).ToEcdh();
        var shared = holder.DeriveRawSecretAgreement(ephemeral.PublicKey);
        return SHA256.HashData([0, 0, 0, 1, .. shared, 0, 0, 0, 7, .. "A256GCM"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    }

    private static byte[] Open(byte[] key, string[] parts)
    {
        var ciphertext = Base64Url.Decode(parts[3]);
        var content = new byte[ciphertext.Length];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(Base64Url.Decode(parts[2]), ciphertext, Base64Url.Decode(parts[4]), content, Encoding.ASCII.GetBytes(parts[0]));
        return content;
    }
}
