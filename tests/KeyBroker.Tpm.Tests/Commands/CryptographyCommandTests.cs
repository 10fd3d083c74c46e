using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>Encryption and key agreement in the TPM, held against the platform's own.</summary>
public sealed class CryptographyCommandTests : OnSwtpm
{
    private const ObjectAttributes Made = ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa
        | ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;

    public static TheoryData<TpmAlgorithm, TpmAlgorithm> RsaSchemes => new()
    {
        { TpmAlgorithm.Oaep, TpmAlgorithm.Sha256 },
        { TpmAlgorithm.Oaep, TpmAlgorithm.Sha384 },
        { TpmAlgorithm.RsaEs, TpmAlgorithm.Null },
    };

    [Theory]
    [MemberData(nameof(RsaSchemes))]
    public void Decrypts_what_it_encrypted_in_a_scheme_chosen_at_use(TpmAlgorithm scheme, TpmAlgorithm hash)
    {
        var key = CreatePrimary(RsaDecryptionKey()).Object;
        var chosen = new SignatureScheme(scheme, hash);
        byte[] label = scheme == TpmAlgorithm.Oaep ? [.. "label"u8, 0] : [];

        var ciphertext = Tpm.Execute(new RsaEncrypt(key, "secret"u8.ToArray(), chosen, label));
        Assert.Equal("secret"u8, Tpm.Execute(new RsaDecrypt(key.WithPassword(), ciphertext, chosen, label)));
        if (scheme == TpmAlgorithm.Oaep)
        {
            byte[] other = [.. "lapel"u8, 0];
            Assert.Throws<TpmException>(() => Tpm.Execute(new RsaDecrypt(key.WithPassword(), ciphertext, chosen, other)));
        }
    }

    [Theory]
    [InlineData(TpmEccCurve.NistP256)]
    [InlineData(TpmEccCurve.NistP384)]
    [InlineData(TpmEccCurve.NistP521)]
    public void Agrees_on_the_point_that_the_platform_finds(TpmEccCurve curve)
    {
        var made = CreatePrimary(EcdhKey(curve));
        using var theirs = made.Public.ToEcdh();
        using var ours = ECDiffieHellman.Create(EccCurves.ToPlatform(curve));
        var point = ours.ExportParameters(false).Q;

        var shared = Tpm.Execute(new EcdhZGen(made.Object.WithPassword(), new EccPoint(point.X, point.Y)));
        Assert.Equal(
            ours.DeriveRawSecretAgreement(theirs.PublicKey),
            EccCurves.Pad(shared.X.Span, EccCurves.CoordinateSize(curve)));

        var generated = Tpm.Execute(new EcdhKeyGen(made.Object));
        var again = Tpm.Execute(new EcdhZGen(made.Object.WithPassword(), generated.Ephemeral));
        Assert.Equal(generated.Shared.ToBytes(), again.ToBytes());
    }

    [Fact]
    public void Refuses_a_point_that_is_not_on_the_curve()
    {
        var made = CreatePrimary(EcdhKey(TpmEccCurve.NistP256));
        var refused = Assert.Throws<TpmException>(
            () => Tpm.Execute(new EcdhZGen(made.Object.WithPassword(), new EccPoint(new byte[32], new byte[32]))));
        Assert.True(refused.Code.Is(TpmResponseCode.EccPoint));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1000)]
    public void Encrypts_in_feedback_mode_as_the_platform_does(int length)
    {
        var (key, iv) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));
        var data = RandomNumberGenerator.GetBytes(length);
        var cipher = CipherKey(key).WithPassword();
        var encrypted = Tpm.Execute(new EncryptDecrypt2(cipher, data, iv, decrypts: false));
        Assert.Equal(Cfb.Encrypt(key, iv, data), encrypted.Data);
        Assert.Equal(data, Tpm.Execute(new EncryptDecrypt2(cipher, encrypted.Data, iv, decrypts: true)).Data);
    }

    [Fact]
    public void Encrypts_in_pieces()
    {
        var (key, iv, data) = (RandomNumberGenerator.GetBytes(16), new byte[16], RandomNumberGenerator.GetBytes(2048));
        var cipher = CipherKey(key).WithPassword();
        var first = Tpm.Execute(new EncryptDecrypt2(cipher, data.AsMemory(0, 1024), iv, decrypts: false));
        var second = Tpm.Execute(new EncryptDecrypt2(cipher, data.AsMemory(1024), first.NextIv, decrypts: false));
        Assert.Equal(Cfb.Encrypt(key, iv, data), (byte[])[.. first.Data, .. second.Data]);
    }

    private TpmObject CipherKey(byte[] key)
    {
        var template = new TpmPublic
        {
            Type = TpmAlgorithm.SymCipher,
            NameAlgorithm = TpmAlgorithm.Sha256,
            Attributes = (Made & ~ObjectAttributes.SensitiveDataOrigin) | ObjectAttributes.Decrypt | ObjectAttributes.Sign,
            Parameters = new SymCipherParameters(SymmetricDefinition.Aes128Cfb),
            Unique = new DigestUnique(default),
        };
        return Tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template, new Sensitive(default, key))).Object;
    }

    private static TpmPublic RsaDecryptionKey() => new()
    {
        Type = TpmAlgorithm.Rsa,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = Made | ObjectAttributes.Decrypt,
        Parameters = new RsaPublicParameters(SymmetricDefinition.Null, SignatureScheme.Null, 2048, 0),
        Unique = new RsaUnique(default),
    };

    private static TpmPublic EcdhKey(TpmEccCurve curve) => new()
    {
        Type = TpmAlgorithm.Ecc,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = Made | ObjectAttributes.Decrypt,
        Parameters = new EccPublicParameters(
            SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.Ecdh, TpmAlgorithm.Sha256), curve, SignatureScheme.Null),
        Unique = new EccUnique(default, default),
    };
}
