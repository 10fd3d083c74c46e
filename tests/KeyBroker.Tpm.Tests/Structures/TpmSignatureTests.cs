using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class TpmSignatureTests
{
    private static readonly byte[] s_message = "message"u8.ToArray();

    [Theory]
    [InlineData(TpmEccCurve.NistP256, TpmAlgorithm.Sha256)]
    [InlineData(TpmEccCurve.NistP384, TpmAlgorithm.Sha384)]
    [InlineData(TpmEccCurve.NistP521, TpmAlgorithm.Sha512)]
    [InlineData(TpmEccCurve.NistP256, TpmAlgorithm.Sha512)]
    public void Verifies_ecdsa(TpmEccCurve curve, TpmAlgorithm hash)
    {
        using var key = ECDsa.Create(EccCurves.ToPlatform(curve));
        var (signature, jose) = SignEcdsa(key, hash);

        Assert.True(TpmSignature.Parse(signature.ToBytes()).VerifyData(key, s_message));
        Assert.Equal(jose, signature.ToJose(curve));
        Assert.False(signature.VerifyData(key, "Message"u8));
    }

    [Theory]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256)]
    [InlineData(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha512)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256)]
    [InlineData(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha384)]
    public void Verifies_rsa(TpmAlgorithm algorithm, TpmAlgorithm hash)
    {
        using var key = RSA.Create(2048);
        var signature = SignRsa(key, algorithm, hash);

        Assert.True(TpmSignature.Parse(signature.ToBytes()).VerifyData(key, s_message));
        Assert.False(signature.VerifyData(key, "Message"u8));
        Assert.Throws<TpmFormatException>(() => signature.ToJose(TpmEccCurve.NistP256));
    }

    [Fact]
    public void Refuses_every_flipped_bit()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bytes = SignEcdsa(key, TpmAlgorithm.Sha256).Signature.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Verifies(flipped, key), $"bit {bit}");
        }
    }

    [Fact]
    public void Refuses_zero()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.False(TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, new byte[32], new byte[32]).VerifyData(key, s_message));
        Assert.False(TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, default, default).VerifyData(key, s_message));
    }

    [Fact]
    public void Refuses_sha1()
    {
        using var key = RSA.Create(2048);

        Assert.False(SignRsa(key, TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha1).VerifyData(key, s_message));
    }

    [Fact]
    public void Refuses_another_scheme_than_the_keys()
    {
        using var key = RSA.Create(2048);
        var signature = SignRsa(key, TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256);

        Assert.True(signature.VerifyData(key, new SignatureScheme(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256), s_message));
        Assert.False(signature.VerifyData(key, new SignatureScheme(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256), s_message));
        Assert.False(signature.VerifyData(key, new SignatureScheme(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha384), s_message));
    }

    [Fact]
    public void Refuses_a_key_of_another_kind()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.False(SignRsa(rsa, TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256).VerifyData(ecdsa, s_message));
        Assert.False(SignEcdsa(ecdsa, TpmAlgorithm.Sha256).Signature.VerifyData(rsa, s_message));
    }

    [Fact]
    public void Refuses_a_padded_half()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = SignEcdsa(key, TpmAlgorithm.Sha256).Signature;
        byte[] wide = [0, .. signature.R.Span];
        var padded = TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, wide, signature.S);

        Assert.False(padded.VerifyData(key, s_message));
    }

    private static bool Verifies(byte[] bytes, ECDsa key)
    {
        try
        {
            return TpmSignature.Parse(bytes).VerifyData(key, s_message);
        }
        catch (TpmFormatException)
        {
            return false;
        }
    }

    private static (TpmSignature Signature, byte[] Jose) SignEcdsa(ECDsa key, TpmAlgorithm hash)
    {
        var jose = key.SignData(s_message, HashAlgorithms.ToName(hash));
        var half = jose.Length / 2;
        return (TpmSignature.OfEcdsa(hash, jose.AsMemory(0, half), jose.AsMemory(half)), jose);
    }

    private static TpmSignature SignRsa(RSA key, TpmAlgorithm algorithm, TpmAlgorithm hash)
    {
        var padding = algorithm == TpmAlgorithm.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return TpmSignature.OfRsa(algorithm, hash, key.SignData(s_message, HashAlgorithms.ToName(hash), padding));
    }
}
