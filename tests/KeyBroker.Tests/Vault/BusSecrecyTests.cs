using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>
/// [VLT-6] The broker's whole day with its TPM, from the first start on: keys of every type and protection are made and
/// used, secrets put and released, and none of what is secret is on the wire.
/// </summary>
public sealed class BusSecrecyTests
{
    private static readonly TpmCommandCode[] s_commands =
    [
        TpmCommandCode.Create, TpmCommandCode.Load, TpmCommandCode.Unseal, TpmCommandCode.Sign, TpmCommandCode.Hmac,
        TpmCommandCode.RsaDecrypt, TpmCommandCode.SequenceUpdate, TpmCommandCode.Quote,
    ];

    private readonly ConcurrentQueue<byte[]> _wire = [];
    private readonly Dictionary<string, byte[]> _secrets = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_secret_is_on_the_wire()
    {
        await using var fixture = await VaultFixture.StartAsync(inner => new RecordingTransport(inner, _wire));
        await UseKeysAsync(fixture);
        await UseSecretsAsync(fixture);
        await fixture.Vault.AttestationKey.QuoteAsync(
            new byte[32], [Tpm.Structures.PcrSelection.Of(Tpm.Structures.TpmAlgorithm.Sha256, 7)], Cancellation);
        await fixture.CloseAsync();
        await fixture.OpenAsync(() => new RecordingTransport(fixture.Tpm.OpenTransport(), _wire));
        _secrets["root"] = RootOf(fixture.Vault.Root).Span.ToArray();
        _secrets["row MACs"] = fixture.Vault.Root.Derive("row-mac", 32);
        _secrets["nonces"] = fixture.Vault.Root.NonceKey.ToArray();

        Assert.All(s_commands, command => Assert.Contains(_wire, bytes => IsCommand(bytes, command)));
        Assert.All(_secrets, secret => Assert.DoesNotContain(_wire, bytes => Shows(bytes, secret.Value)));
    }

    [Fact]
    public async Task A_secret_in_clear_would_be_seen_in_either_direction()
    {
        var canary = RandomNumberGenerator.GetBytes(32);
        await using var fixture = await VaultFixture.StartAsync(inner => new RecordingTransport(inner, _wire));
        await fixture.CloseAsync();
        using var tpm = new Tpm.Tpm(new RecordingTransport(fixture.Tpm.OpenTransport(), _wire));
        _wire.Clear();
        tpm.Execute(new Hash(canary, Tpm.Structures.TpmAlgorithm.Sha256, Tpm.Structures.TpmHandle.Null));

        Assert.Single(_wire, bytes => Shows(bytes, canary));
        Assert.Single(_wire, bytes => Shows(bytes, SHA256.HashData(canary)));
    }

    private async Task UseKeysAsync(VaultFixture fixture)
    {
        foreach (var protection in new[] { "tpm", "sealed" })
        {
            foreach (var residence in new[] { "local", "fleet" })
            {
                await SignAsync(fixture, Spec("ec-p256", protection, residence), "ES256");
                await SignAsync(fixture, Spec("ec-p384", protection, residence), "ES384");
                await AuthenticateAsync(fixture, Spec("hmac-sha256", protection, residence));
            }

            await SignAsync(fixture, Spec("rsa-2048", protection, "local"), "PS256");
            await DecryptAsync(fixture, Spec("rsa-3072", protection, "fleet") with { Operations = ["encrypt", "decrypt"] });
        }

        await DecryptAsync(fixture, Spec("aes-256", "sealed", "local"));
    }

    private async Task UseSecretsAsync(VaultFixture fixture)
    {
        foreach (var length in new[] { 16, 128, 5_000 })
        {
            var value = Secret($"secret of {length}", length);
            var secret = await fixture.PutAsync($"secret-{length}", value);
            var context = $"secret:{secret.Id}:1";
            _secrets[$"{context} auth"] = fixture.Vault.Root.SealAuth(context);
            using var opened = await fixture.Vault.Secrets.OpenAsync(secret, null, Cancellation);
            Assert.Equal(value, opened.Span.ToArray());
            using var unsealed = await fixture.Vault.Sealer.UnsealAsync(secret.Newest.Object, context, Cancellation);
            _secrets[$"{context} unsealed"] = unsealed.Span.ToArray();
        }
    }

    private async Task SignAsync(VaultFixture fixture, KeySpec spec, string algorithm)
    {
        var key = await MakeAsync(fixture, spec);
        var digest = CryptographicOperations.HashData(SignatureAlgorithm.Find(algorithm).HashName, "message"u8);
        var signature = await fixture.Vault.Signatures.SignAsync(key, algorithm, digest, null, Cancellation);
        Assert.True(fixture.Vault.Signatures.Verify(key, algorithm, digest, signature, null));
    }

    private async Task AuthenticateAsync(VaultFixture fixture, KeySpec spec)
    {
        var key = await MakeAsync(fixture, spec);
        foreach (var length in new[] { 64, 3_000 })
        {
            await fixture.Vault.Macs.MacAsync(key, Secret($"message of {spec.Name}, {length}", length), Cancellation);
        }
    }

    private async Task DecryptAsync(VaultFixture fixture, KeySpec spec)
    {
        var key = await MakeAsync(fixture, spec);
        var plaintext = Secret($"plaintext of {spec.Name}", 64);
        var ciphertext = await fixture.Vault.Ciphers.EncryptAsync(key, plaintext, null, Cancellation);
        Assert.Equal(plaintext, await fixture.Vault.Ciphers.DecryptAsync(key, ciphertext, null, Cancellation));
    }

    /// <summary>Makes a key, and learns its secrets: what authorizes it and, of a sealed one, what the TPM hands out.</summary>
    private async Task<KeyRecord> MakeAsync(VaultFixture fixture, KeySpec spec)
    {
        var key = await fixture.CreateAsync(spec);
        var auth = fixture.Vault.Root.KeyAuth(key.Id, 1);
        _secrets[$"{spec.Name} auth"] = auth;
        if (key.Protection == KeyTypes.Sealed)
        {
            var storage = fixture.Vault.Hierarchy.Storage.Of(ResidenceNames.Find(spec.Residence!)!.Value);
            using var unsealed = await fixture.Vault.Worker.RunAsync(
                scope => scope.Unseal(new StoredKey(key.Primary.Object, storage), auth), Cancellation);
            _secrets[$"{spec.Name} unsealed"] = unsealed.Span.ToArray();
        }

        return key;
    }

    private byte[] Secret(string name, int length) => _secrets[name] = RandomNumberGenerator.GetBytes(length);

    private static KeySpec Spec(string type, string protection, string residence) =>
        new($"{type}/{protection}/{residence}", type, "tests") { Protection = protection, Residence = residence };

    private static bool IsCommand(byte[] bytes, TpmCommandCode command) =>
        bytes.Length > 10 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(6)) == (uint)command;

    // Eight bytes in a row are enough to give a secret away, and too many to be there by chance.
    private static bool Shows(byte[] bytes, byte[] secret)
    {
        for (var at = 0; at + 8 <= secret.Length; at += 8)
        {
            if (bytes.AsSpan().IndexOf(secret.AsSpan(at, 8)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_root")]
    private static extern ref SecretBytes RootOf(RootKeys keys);
}
