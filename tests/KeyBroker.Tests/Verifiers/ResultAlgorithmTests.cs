using System.Security.Cryptography;
using System.Text;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>Threat G01 for results of others: one algorithm goes with a key, in the header, in the signature and in the set; the control follows each change.</summary>
public sealed class ResultAlgorithmTests
{
    private readonly record struct Swap(string Header, HashAlgorithmName Hash, RSASignaturePadding Padding, string Path);

    [Theory]
    [InlineData("RS256", "RS256")]
    [InlineData("RS256", "RS256 PS256 RS512")]
    [InlineData("PS256", "PS256")]
    [InlineData("PS256", "RS256 PS256 PS512")]
    public async Task RS_and_PS_are_not_one_another(string algorithm, string configured)
    {
        using var verifier = new FakeVerifier(VerifierKeyPair.Rsa("rsa", algorithm));
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass", "ear", $"Algorithms={configured}"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        var rsa = (RSA)verifier.Key.Key;
        var (own, other) = algorithm == "RS256" ? (RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss) : (RSASignaturePadding.Pss, RSASignaturePadding.Pkcs1);
        var otherName = algorithm == "RS256" ? "PS256" : "RS256";
        foreach (var swap in new Swap[]
        {
            new(otherName, HashAlgorithmName.SHA256, other, "alg"), new(otherName, HashAlgorithmName.SHA256, own, "alg"),
            new(algorithm, HashAlgorithmName.SHA256, other, "signature"), new(algorithm, HashAlgorithmName.SHA512, own, "signature"),
            new(algorithm[..2] + "512", HashAlgorithmName.SHA512, own, "alg"), new("ES256", HashAlgorithmName.SHA256, own, "alg"),
        })
        {
            var answer = await caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(header => header["alg"] = swap.Header)
                .SignedBy(input => rsa.SignData(input, swap.Hash, swap.Padding)));
            answer.IsRefused(403, "attestation-denied", "policy-result");
            Assert.Equal(swap.Path, answer.Json["reasons"]![0]!["path"]!.GetValue<string>());
            await caller.AttestedAsync();
        }
    }

    /// <summary>A key that does not say what it is for is for what is configured.</summary>
    [Fact]
    public async Task A_key_without_alg_is_for_the_configured_algorithm_alone()
    {
        using var verifier = new FakeVerifier(VerifierKeyPair.Rsa("rsa", "RS256"));
        var jwk = verifier.Key.Jwk();
        _ = jwk.Remove("alg");
        verifier.PublishRaw($$"""{"keys":[{{jwk.ToJsonString()}}]}""");
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        var rsa = (RSA)verifier.Key.Key;
        foreach (var (header, hash, padding) in new[]
        {
            ("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss), ("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        })
        {
            var answer = await caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(h => h["alg"] = header)
                .SignedBy(input => rsa.SignData(input, hash, padding)));
            answer.IsRefused(403, "attestation-denied", "policy-result");
            Assert.Equal("alg", answer.Json["reasons"]![0]!["path"]!.GetValue<string>());
        }

        await caller.AttestedAsync();
    }

    [Fact]
    public async Task No_public_bytes_are_a_secret()
    {
        using var verifier = new FakeVerifier(VerifierKeyPair.Rsa("rsa", "RS256"));
        await using var broker = await RunningBroker.StartAsync(verifier.Settings("pass"));
        await VerifyingBroker.AllowAsync(broker, "vouched", "verifiers: [pass]", "[ { verifier: pass, status: affirming } ]");
        using var caller = new PassportCaller(broker, verifier);
        var rsa = (RSA)verifier.Key.Key;
        foreach (var secret in new[]
        {
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), rsa.ExportSubjectPublicKeyInfo(),
            Encoding.UTF8.GetBytes(verifier.Key.Jwk().ToJsonString()), rsa.ExportParameters(false).Modulus!, [],
        })
        {
            foreach (var header in new[] { "HS256", "RS256" })
            {
                (await caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(h => h["alg"] = header).SignedBy(secret)))
                    .IsRefused(403, "attestation-denied", "policy-result");
            }
        }

        foreach (var none in new[] { "none", "None", "nOnE", "NONE" })
        {
            (await caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(h => h["alg"] = none).ToString()))
                .IsRefused(403, "attestation-denied", "policy-result");
        }

        await caller.AttestedAsync();
    }
}
