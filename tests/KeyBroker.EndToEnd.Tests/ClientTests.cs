using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;
using Microsoft.Extensions.Time.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The client's own parts: proofs, encrypted answers, kept state and register selections.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Proves_possession_for_one_method_and_target_without_query()
    {
        using var key = new StateFolder(_folder.FullName).ProofKey(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1)));

        var parts = key.Prove(HttpMethod.Get, new Uri("http://h:1/v1/keys/a%2Fb?limit=1"), "token").Split('.');

        var (header, claims) = (Jose.DecodeObject(parts[0]), Jose.DecodeObject(parts[1]));
        Assert.Equal(("dpop+jwt", "ES256"), ((string?)header["typ"], (string?)header["alg"]));
        Assert.Equal("http://h:1/v1/keys/a%2Fb", (string?)claims["htu"]);
        Assert.Equal(("GET", 86400), ((string?)claims["htm"], (int)claims["iat"]!));
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData("token"u8)), (string?)claims["ath"]);
        using var proof = ECDsa.Create(Jose.EcParameters(header["jwk"]!.AsObject()));
        Assert.True(proof.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Jose.Decode(parts[2]), HashAlgorithmName.SHA256));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("QWxpY2U", "Qm9i")]
    public void Opens_what_was_encrypted_to_it(string? apu, string? apv)
    {
        using var key = new StateFolder(_folder.FullName).EncryptionKey();

        Assert.Equal("secret"u8, key.Decrypt(Encrypt(key.PublicJwk(), "secret"u8, apu, apv)));
    }

    [Fact]
    public void Refuses_an_encrypted_answer_with_any_part_changed()
    {
        using var key = new StateFolder(_folder.FullName).EncryptionKey();
        var jwe = Encrypt(key.PublicJwk(), "secret"u8, null, null);

        Assert.All(Enumerable.Range(0, jwe.Length), at =>
        {
            var changed = jwe.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.Throws<BrokerAnswerException>(() => key.Decrypt(new string(changed)));
        });
    }

    [Theory]
    [InlineData("alg", "ECDH-ES")]
    [InlineData("enc", "A128GCM")]
    [InlineData("crit", "x")]
    public void Opens_under_a_known_key_only_what_says_so(string member, string value)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Assert.Equal("secret"u8, DirectJwe.Open(key, EncryptDirect(key, [])));
        Assert.Throws<BrokerAnswerException>(() => DirectJwe.Open(key, EncryptDirect(key, new JsonObject { [member] = value })));
        Assert.Throws<BrokerAnswerException>(() => DirectJwe.Open(new byte[32], EncryptDirect(key, [])));
    }

    [Fact]
    public void Keeps_its_state_for_the_owner_only()
    {
        var folder = new StateFolder(Path.Combine(_folder.FullName, "state"));
        folder.ProofKey(TimeProvider.System).Dispose();
        folder.Save(new AttestedToken("t", DateTimeOffset.UnixEpoch, ["p"], "sha256:0"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        Assert.All(Directory.GetFiles(folder.Path), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal("t", new StateFolder(folder.Path).Token!.Token);
    }

    [Fact]
    public void Keeps_its_keys()
    {
        using var first = new StateFolder(_folder.FullName).EncryptionKey();
        using var second = new StateFolder(_folder.FullName).EncryptionKey();

        Assert.Equal(first.PublicJwk().ToJsonString(), second.PublicJwk().ToJsonString());
    }

    [Theory]
    [InlineData("sha256:0-2,7", "sha256:0,1,2,7")]
    [InlineData("sha384:23+sha1:0", "sha384:23+sha1:0")]
    public void Reads_a_selection(string text, string expected) =>
        Assert.Equal(expected, PcrSelectionText.Format(PcrSelectionText.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:24")]
    [InlineData("sha256:3-1")]
    [InlineData("sha256:1-2-3")]
    [InlineData("md5:1")]
    [InlineData("sha256:1+sha256:2")]
    public void Refuses_what_is_no_selection(string text) =>
        Assert.Throws<FormatException>(() => PcrSelectionText.Parse(text));

    [Fact]
    public void Combines_values_in_the_order_of_the_selection()
    {
        var values = new PcrValues();
        values.Add(TpmAlgorithm.Sha256, 7, [7]);
        values.Add(TpmAlgorithm.Sha256, 0, [0]);

        Assert.Equal(
            SHA256.HashData([0, 7]),
            values.Digest(TpmAlgorithm.Sha256, [PcrSelection.Of(TpmAlgorithm.Sha256, 7, 0)]));
    }

    [Fact]
    public void Reads_a_denial_with_its_reasons()
    {
        var problem = Problem.Parse(403, """
            {"code":"attestation-denied","title":"no","status":403,"requestId":"r1",
             "reasons":[{"code":"policy-pcr","message":"differs","policy":"web","pcr":7,"actual":"aa","expected":["db"]}]}
            """u8);

        var reason = Assert.Single(problem.Reasons);
        Assert.Equal(("attestation-denied", "r1"), (problem.Code, problem.RequestId));
        Assert.Equal(("policy-pcr", "web", 7, "aa"), (reason.Code, reason.Policy, reason.Pcr, reason.Actual));
        Assert.Equal(["db"], reason.Expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"code":7,"reasons":"x"}""")]
    public void Makes_do_with_an_answer_that_is_no_problem(string body) =>
        Assert.Equal("http-502", Problem.Parse(502, Encoding.UTF8.GetBytes(body)).Code);

    private static string EncryptDirect(byte[] key, JsonObject changes)
    {
        var header = new JsonObject { ["alg"] = "dir", ["enc"] = "A256GCM" };
        foreach (var (name, value) in changes)
        {
            header[name] = value!.DeepClone();
        }

        var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        using var aes = new AesGcm(key, 16);
        var (ciphertext, tag) = (new byte[6], new byte[16]);
        aes.Encrypt(new byte[12], "secret"u8, ciphertext, tag, Encoding.ASCII.GetBytes(encoded));
        return string.Join('.', encoded, "", Base64Url.EncodeToString(new byte[12]), Base64Url.EncodeToString(ciphertext), Base64Url.EncodeToString(tag));
    }

    // The other side of ECDH-ES, with the derivation of RFC 7518, 4.6.2 written out.
    private static string Encrypt(JsonObject recipient, ReadOnlySpan<byte> plaintext, string? apu, string? apv)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var header = new JsonObject
        {
            ["alg"] = "ECDH-ES",
            ["enc"] = "A256GCM",
            ["epk"] = Jose.PublicJwk(ephemeral.ExportParameters(false)),
        };
        _ = apu is null ? null : header["apu"] = apu;
        _ = apv is null ? null : header["apv"] = apv;
        var encodedHeader = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));

        using var peer = ECDiffieHellman.Create(Jose.EcParameters(recipient));
        byte[] info =
        [
            0, 0, 0, 7, .. "A256GCM"u8,
            0, 0, 0, (byte)(apu is null ? 0 : Jose.Decode(apu).Length), .. apu is null ? [] : Jose.Decode(apu),
            0, 0, 0, (byte)(apv is null ? 0 : Jose.Decode(apv).Length), .. apv is null ? [] : Jose.Decode(apv),
            0, 0, 1, 0,
        ];
        var shared = ephemeral.DeriveRawSecretAgreement(peer.PublicKey);
        using var aes = new AesGcm(SHA256.HashData([0, 0, 0, 1, .. shared, .. info]), 16);
        var (ciphertext, tag) = (new byte[plaintext.Length], new byte[16]);
        aes.Encrypt(new byte[12], plaintext, ciphertext, tag, Encoding.ASCII.GetBytes(encodedHeader));
        return string.Join('.', encodedHeader, "", Base64Url.EncodeToString(new byte[12]),
            Base64Url.EncodeToString(ciphertext), Base64Url.EncodeToString(tag));
    }
}
