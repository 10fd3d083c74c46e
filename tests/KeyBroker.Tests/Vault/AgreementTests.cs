using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>KOP-8 to KOP-10: the shared secret, with openssl as the other side.</summary>
public sealed class AgreementTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ec-p256", "tpm", "local")]
    [InlineData("ec-p256", "tpm", "fleet")]
    [InlineData("ec-p256", "sealed", "local")]
    [InlineData("ec-p384", "tpm", "local")]
    [InlineData("ec-p384", "sealed", "fleet")]
    public async Task The_secret_is_what_openssl_derives_also_where_it_begins_with_zeros(string type, string protection, string residence)
    {
        await using var fixture = await VaultFixture.StartAsync();
        using var openssl = new OpenSsl();
        var key = await CreateAsync(fixture, type, protection, residence);
        using var ours = PublicJwk.Parse(key.Primary.PublicJwk!).ToEcdh();
        using var theirs = PeerOfZeros(ours);
        using var secret = await fixture.Vault.Agreements.AgreeAsync(key, PublicOf(theirs), null, Cancellation);

        var derived = await OpenSsl.RunAsync(
            "pkeyutl", "-derive",
            "-inkey", openssl.File("theirs.pem", Encoding.ASCII.GetBytes(theirs.ExportPkcs8PrivateKeyPem())),
            "-peerkey", openssl.File("ours.pem", Encoding.ASCII.GetBytes(ours.ExportSubjectPublicKeyInfoPem())));
        Assert.Equal(0, derived[0]);
        Assert.Equal(type == "ec-p256" ? 32 : 48, derived.Length);
        Assert.Equal(derived, secret.Span);
    }

    [Fact]
    public async Task A_key_agrees_or_signs_and_the_tpm_itself_sees_to_it()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var key = await CreateAsync(fixture, "ec-p256", "tpm", "local");
        var signer = await fixture.CreateAsync("signer", "ec-p256");
        var area = TpmPublic.ParseSized(key.Primary.Object.Public);
        Assert.True(area.Attributes.HasFlag(ObjectAttributes.Decrypt));
        Assert.False(area.Attributes.HasFlag(ObjectAttributes.Sign));
        Assert.Equal(TpmAlgorithm.Ecdh, ((EccPublicParameters)area.Parameters).Scheme.Scheme);

        var peer = PublicJwk.Parse(signer.Primary.PublicJwk!);
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Signatures.SignAsync(key, "ES256", new byte[32], null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.Vault.Agreements.AgreeAsync(signer, peer, null, Cancellation));
        await DeniedAsync(ProblemCodes.OperationUnsupported, () => fixture.CreateAsync(
            new KeySpec("both", "ec-p256", "tests") { Operations = ["agree", "sign"] }));
        await DeniedAsync(ProblemCodes.NotFound, () => fixture.Vault.Agreements.AgreeAsync(key, peer, 2, Cancellation));
        await fixture.CommitAsync(await fixture.Vault.Keys.PrepareRotationAsync(key.Name, Cancellation));
        key = fixture.Vault.Keys.Find(key.Name)!;
        await DeniedAsync(ProblemCodes.KeyState, () => fixture.Vault.Agreements.AgreeAsync(key, peer, 1, Cancellation));
    }

    [Fact]
    public async Task The_shared_secret_and_the_peer_are_encrypted_on_the_wire()
    {
        var wire = new ConcurrentQueue<byte[]>();
        await using var fixture = await VaultFixture.StartAsync(inner => new RecordingTransport(inner, wire));
        var key = await CreateAsync(fixture, "ec-p256", "tpm", "local");
        using var theirs = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        wire.Clear();
        using var secret = await fixture.Vault.Agreements.AgreeAsync(key, PublicOf(theirs), null, Cancellation);
        var (z, sent) = (secret.Span.ToArray(), theirs.ExportParameters(false).Q.X!);
        Assert.Contains(wire, bytes => bytes.Length > 10 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(6)) == (uint)TpmCommandCode.EcdhZGen);
        Assert.DoesNotContain(wire, bytes => bytes.AsSpan().IndexOf(z.AsSpan(0, 8)) >= 0);
        Assert.DoesNotContain(wire, bytes => bytes.AsSpan().IndexOf(sent.AsSpan(0, 8)) >= 0); // The peer's point is a parameter, too.
    }

    private static Task<KeyRecord> CreateAsync(VaultFixture fixture, string type, string protection, string residence) =>
        fixture.CreateAsync(new KeySpec("web/agree", type, "tests")
        {
            Protection = protection,
            Residence = residence,
            Operations = ["agree"],
        });

    /// <summary>A key whose secret shared with this one begins with a zero byte: one of 256 does.</summary>
    private static ECDiffieHellman PeerOfZeros(ECDiffieHellman ours)
    {
        while (true)
        {
            var candidate = ECDiffieHellman.Create(ours.ExportParameters(false).Curve);
            if (candidate.DeriveRawSecretAgreement(ours.PublicKey)[0] == 0)
            {
                return candidate;
            }

            candidate.Dispose();
        }
    }

    private static PublicJwk PublicOf(ECDiffieHellman key) => PublicJwks.Of(key.ExportParameters(false));

    private static async Task DeniedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<DeniedException>(act)).Code);
}
