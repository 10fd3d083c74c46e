using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>
/// Every type, protection and operation that the broker knows, against the openssl command. A cell without a check fails: the table is
/// the product's own. Where the private part never leaves the TPM and no public part shows what it did, the TPM is the other side.
/// </summary>
public sealed class InteropMatrixTests
{
    private static readonly byte[] s_content = "content of sixteen bytes and more"u8.ToArray();

    private static readonly Dictionary<(KeyFamily, string), Func<Cell, Task>> s_checks = new()
    {
        [(KeyFamily.Ec, "sign")] = SignAsync,
        [(KeyFamily.Ec, "verify")] = VerifyAsync,
        [(KeyFamily.Ec, "agree")] = AgreeAsync,
        [(KeyFamily.Rsa, "sign")] = SignAsync,
        [(KeyFamily.Rsa, "verify")] = VerifyAsync,
        [(KeyFamily.Rsa, "encrypt")] = async cell => await OpensAsync(cell, await cell.Ciphers.EncryptAsync(cell.Key, s_content, null, Cancellation), false),
        [(KeyFamily.Rsa, "decrypt")] = async cell => Assert.Equal(s_content, await cell.Ciphers.DecryptAsync(
            cell.Key, Text(await cell.Outside.EncryptAsync(s_content)), null, Cancellation)),
        [(KeyFamily.Rsa, "unwrap")] = async cell => Assert.Equal(s_content, await cell.Ciphers.UnwrapAsync(
            cell.Key, Text(await cell.Outside.EncryptAsync(RsaKeyMark.Put(s_content))), null, Cancellation)),
        [(KeyFamily.Aes, "encrypt")] = async cell => await OpensAsync(cell, await cell.Ciphers.EncryptAsync(cell.Key, s_content, null, Cancellation), false),
        [(KeyFamily.Aes, "decrypt")] = async cell => Assert.Equal(s_content, await cell.Ciphers.DecryptAsync(
            cell.Key, Text(cell.Outside.Seal("keybroker-a256gcm-v1", s_content)), null, Cancellation)),
        [(KeyFamily.Aes, "unwrap")] = async cell => Assert.Equal(s_content, await cell.Ciphers.UnwrapAsync(
            cell.Key, Text(cell.Outside.Seal("keybroker-a256gcm-wrap-v1", s_content)), null, Cancellation)),
        [(KeyFamily.Rsa, "wrap")] = WrapAsync,
        [(KeyFamily.Aes, "wrap")] = WrapAsync,
        [(KeyFamily.Rsa, "data-key")] = MakeDataKeyAsync,
        [(KeyFamily.Aes, "data-key")] = MakeDataKeyAsync,
        [(KeyFamily.Rsa, "rewrap")] = RewrapAsync,
        [(KeyFamily.Aes, "rewrap")] = RewrapAsync,
        [(KeyFamily.Hmac, "mac")] = async cell => Assert.Equal(
            await cell.Macs.MacAsync(cell.Key, s_content, Cancellation), await CodeAsync(cell)),
        [(KeyFamily.Hmac, "mac-verify")] = async cell => Assert.Equal(
            1, (await cell.Macs.FindMakerAsync(cell.Key, (s_content, await CodeAsync(cell)), Cancellation))?.Version),
    };

    public static TheoryData<string, string> Keys => [.. KeyTypes.All.OrderBy(type => type.Name, StringComparer.Ordinal).SelectMany(
        type => new[] { KeyTypes.Sealed, KeyTypes.Tpm }.Where(protection => type.MayLiveInTpm || protection == KeyTypes.Sealed)
            .Select(protection => (type.Name, protection)))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Keys))]
    public async Task Every_operation_of_a_type_agrees_with_openssl(string type, string protection)
    {
        await using var fixture = await VaultFixture.StartAsync();
        foreach (var (uses, index) in KeyTypes.Find(type)!.Uses.Select((uses, index) => (uses, index)))
        {
            var key = await fixture.CreateAsync(new KeySpec($"web/{index}", type, "tests")
            {
                Protection = protection,
                Operations = [.. uses],
                Exportable = protection == KeyTypes.Sealed,
            });
            using var outside = new OutsideKey(key, protection == KeyTypes.Sealed ? await ReleaseAsync(fixture, key) : null);
            foreach (var operation in uses)
            {
                Assert.True(s_checks.TryGetValue((KeyTypes.Of(key).Family, operation), out var check), $"{type} {operation} has no check");
                await check(new Cell(fixture.Vault, key, outside));
            }
        }
    }

    private static async Task SignAsync(Cell cell)
    {
        foreach (var (alg, digest, options) in Algorithms(cell.Key))
        {
            var signature = await cell.Vault.Signatures.SignAsync(cell.Key, alg, digest, null, Cancellation);
            await cell.Outside.VerifyAsync(digest, signature, options);
        }
    }

    // Who has no private part outside verifies what the TPM signed, which openssl did for "sign".
    private static async Task VerifyAsync(Cell cell)
    {
        foreach (var (alg, digest, options) in Algorithms(cell.Key))
        {
            var signature = cell.Outside.IsWhole
                ? await cell.Outside.SignAsync(digest, options) : await cell.Vault.Signatures.SignAsync(cell.Key, alg, digest, null, Cancellation);
            Assert.True(cell.Vault.Signatures.Verify(cell.Key, alg, digest, signature, null));
        }
    }

    private static async Task AgreeAsync(Cell cell)
    {
        using var theirs = ECDiffieHellman.Create(cell.Key.Type == KeyTypes.EcP256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        var peer = PublicJwks.Of(theirs.ExportParameters(includePrivateParameters: false));
        using var secret = await cell.Vault.Agreements.AgreeAsync(cell.Key, peer, null, Cancellation);
        Assert.Equal(await cell.Outside.AgreeAsync(theirs.ExportPkcs8PrivateKeyPem()), secret.Span);
    }

    private static async Task WrapAsync(Cell cell) =>
        await OpensAsync(cell, await cell.Ciphers.WrapAsync(cell.Key, s_content, null, Cancellation), isKey: true);

    private static async Task RewrapAsync(Cell cell) => await OpensAsync(cell, await cell.Ciphers.RewrapAsync(
        cell.Key, await cell.Ciphers.WrapAsync(cell.Key, s_content, null, Cancellation), null, Cancellation), isKey: true);

    private static async Task MakeDataKeyAsync(Cell cell)
    {
        using var made = await cell.Ciphers.MakeDataKeyAsync(cell.Key, 32, null, Cancellation);
        await OpensAsync(cell, made.Wrapped, isKey: true, made.Span.ToArray());
    }

    private static async Task OpensAsync(Cell cell, string ciphertext, bool isKey, byte[]? content = null)
    {
        var body = Base64Url.Decode(ciphertext.Split(':')[2]);
        var isRsa = KeyTypes.Of(cell.Key).Family == KeyFamily.Rsa;
        var opened = !cell.Outside.IsWhole ? await (isKey
                ? cell.Ciphers.UnwrapAsync(cell.Key, ciphertext, null, Cancellation) : cell.Ciphers.DecryptAsync(cell.Key, ciphertext, null, Cancellation))
            : isRsa ? await cell.Outside.DecryptAsync(body) : await cell.Outside.CountAsync(body);
        Assert.Equal(cell.Outside.IsWhole && isRsa && isKey ? RsaKeyMark.Put(content ?? s_content) : content ?? s_content, opened);
    }

    private static Task<byte[]> CodeAsync(Cell cell) =>
        cell.Outside.IsWhole ? cell.Outside.MacAsync(s_content) : cell.Macs.MacAsync(cell.Key, s_content, Cancellation);

    private static (string Alg, byte[] Digest, string[] Options)[] Algorithms(KeyRecord key) => key.Type switch
    {
        KeyTypes.EcP256 => [("ES256", SHA256.HashData(s_content), [])],
        KeyTypes.EcP384 => [("ES384", SHA384.HashData(s_content), [])],
        _ =>
        [
            ("RS256", SHA256.HashData(s_content), ["-pkeyopt", "digest:sha256"]),
            ("PS256", SHA256.HashData(s_content), ["-pkeyopt", "digest:sha256", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest"]),
        ],
    };

    private static string Text(byte[] body) => new Ciphertext(1, body).ToString();

    private static async Task<JsonObject> ReleaseAsync(VaultFixture fixture, KeyRecord key)
    {
        using var jwk = await fixture.Vault.Exports.PrivateJwkAsync(key, null, Cancellation);
        return JsonNode.Parse(Encoding.UTF8.GetString(jwk.Span))!.AsObject();
    }

    private sealed record Cell(BrokerVault Vault, KeyRecord Key, OutsideKey Outside)
    {
        public Ciphers Ciphers => Vault.Ciphers;

        public Macs Macs => Vault.Macs;
    }
}
