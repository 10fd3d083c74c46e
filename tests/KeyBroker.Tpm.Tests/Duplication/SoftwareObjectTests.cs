using System.Security.Cryptography;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Duplication;

public sealed class SoftwareObjectTests
{
    private static readonly TpmPublic s_rsa = Templates.AttestationKeyRsa2048 with { Attributes = ObjectAttributes.Sign };
    private static readonly TpmPublic s_ecc = Templates.AttestationKeyEccP256 with { Attributes = ObjectAttributes.Sign };

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public void An_rsa_key_comes_out_as_it_went_in(int bits)
    {
        using var key = RSA.Create(bits);
        using var made = SoftwareObject.OfKey(key, s_rsa);
        using var again = (RSA)made.ToKey();
        var (before, after) = (key.ExportParameters(true), again.ExportParameters(true));
        Assert.Equal(before.P, after.P);
        Assert.Equal(before.Q, after.Q);
        Assert.Equal(before.InverseQ, after.InverseQ);
        Assert.True(key.VerifyData("m"u8, again.SignData("m"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public void An_elliptic_curve_key_comes_out_as_it_went_in()
    {
        foreach (var curve in new[] { ECCurve.NamedCurves.nistP256, ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521 })
        {
            using var key = ECDsa.Create(curve);
            using var made = SoftwareObject.OfKey(key, s_ecc);
            using var again = (ECDsa)made.ToKey();
            Assert.Equal(key.ExportParameters(true).D, again.ExportParameters(true).D);
            Assert.True(key.VerifyData("m"u8, again.SignData("m"u8, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
        }
    }

    [Fact]
    public void Halves_of_different_keys_do_not_join()
    {
        using var rsa = SoftwareObject.OfKey(RSA.Create(2048), s_rsa);
        using var otherRsa = SoftwareObject.OfKey(RSA.Create(2048), s_rsa);
        using var ecc = SoftwareObject.OfKey(ECDsa.Create(ECCurve.NamedCurves.nistP256), s_ecc);
        using var otherEcc = SoftwareObject.OfKey(ECDsa.Create(ECCurve.NamedCurves.nistP256), s_ecc);
        Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(rsa.Public, otherRsa.Sensitive));
        Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(ecc.Public, otherEcc.Sensitive));
        Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(ecc.Public, rsa.Sensitive));
        foreach (var prime in new byte[][] { [], [0], [1], [.. ((RsaUnique)rsa.Public.Unique).Modulus.Span] })
        {
            using var half = new TpmSensitive(TpmAlgorithm.Rsa, default, default, prime);
            Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(rsa.Public, half));
        }

        foreach (var number in new byte[][] { [], [0], [.. Enumerable.Repeat((byte)0xFF, 32)], [.. Enumerable.Repeat((byte)1, 33)] })
        {
            using var half = new TpmSensitive(TpmAlgorithm.Ecc, default, default, number);
            Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(ecc.Public, half));
        }
    }

    [Fact]
    public void Nothing_secret_is_in_its_text()
    {
        using var made = SoftwareObject.OfKey(ECDsa.Create(ECCurve.NamedCurves.nistP256), s_ecc, "auth"u8);
        Assert.Equal(nameof(SoftwareObject), made.ToString());
        Assert.Equal(nameof(TpmSensitive), made.Sensitive.ToString());
    }
}
