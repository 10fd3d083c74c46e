using System.Security.Cryptography;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Credentials;

public sealed class CredentialBlobTests
{
    private static readonly TpmName s_name = Templates.AttestationKeyEccP256.Name;

    [Theory]
    [InlineData(TpmEccCurve.NistP256)]
    [InlineData(TpmEccCurve.NistP384)]
    public void Opens_for_the_endorsement_key_and_the_name(TpmEccCurve curve)
    {
        using var key = ECDiffieHellman.Create(EccCurves.ToPlatform(curve));
        var ek = TestKeys.Of(
            curve == TpmEccCurve.NistP256 ? Templates.EndorsementKeyEccP256 : Templates.HighRangeEccP384,
            key.ExportParameters(false));
        var blob = CredentialBlob.MakeCredential(ek, s_name, Samples.Fill(32));

        Assert.Equal(Samples.Fill(32), Activate(ek, key, s_name, blob));
        Assert.Null(Activate(ek, key, Templates.StorageRootKeyEcc.Name, blob));
    }

    [Fact]
    public void Is_new_each_time()
    {
        using var key = RSA.Create(2048);
        var ek = TestKeys.Of(Templates.EndorsementKeyRsa2048, key);
        var one = CredentialBlob.MakeCredential(ek, s_name, Samples.Fill(32));
        var two = CredentialBlob.MakeCredential(ek, s_name, Samples.Fill(32));

        Assert.NotEqual(one.Blob, two.Blob);
        Assert.NotEqual(one.Secret, two.Secret);
        Assert.Equal(2 + 256, one.Secret.Length);
    }

    [Fact]
    public void Refuses_a_secret_longer_than_a_digest()
    {
        using var key = RSA.Create(2048);
        var ek = TestKeys.Of(Templates.EndorsementKeyRsa2048, key);

        Assert.Throws<ArgumentOutOfRangeException>(() => CredentialBlob.MakeCredential(ek, s_name, Samples.Fill(33)));
    }

    [Fact]
    public void Refuses_a_key_that_protects_nothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ak = TestKeys.Of(Templates.AttestationKeyEccP256, key.ExportParameters(false));

        Assert.Throws<TpmFormatException>(() => CredentialBlob.MakeCredential(ak, s_name, Samples.Fill(32)));
    }

    // TPM2_ActivateCredential (Part 1, 24), written from the TPM's side.
    [Fact]
    public void Refuses_a_key_too_small_to_carry_a_seed()
    {
        using var key = RSA.Create(1024);
        var ek = PublicKeyFormats.FromKey(key, Templates.HighRangeRsa2048 with { NameAlgorithm = TpmAlgorithm.Sha512 });
        Assert.Throws<TpmFormatException>(() => CredentialBlob.MakeCredential(ek, s_name, Samples.Fill(16)));
    }

    private static byte[]? Activate(TpmPublic ek, ECDiffieHellman key, TpmName name, CredentialBlob blob)
    {
        var hash = ek.NameAlgorithm;
        var bits = HashAlgorithms.Size(hash) * 8;
        var seed = Recover(ek, key, blob.Secret);
        var reader = new TpmReader(blob.Blob);
        var content = new TpmReader(reader.ReadSized());
        var integrity = content.ReadSized();
        byte[] signed = [.. content.ReadRest(), .. name.Bytes.Span];
        var hmacKey = KeyDerivation.KdfA(hash, seed, "INTEGRITY", default, default, bits);
        if (!integrity.SequenceEqual(CryptographicOperations.HmacData(HashAlgorithms.ToName(hash), hmacKey, signed)))
        {
            return null;
        }

        var keyBits = ((EccPublicParameters)ek.Parameters).Symmetric.KeyBits;
        var aesKey = KeyDerivation.KdfA(hash, seed, "STORAGE", name.Bytes.Span, default, keyBits);
        var plain = new TpmReader(Cfb.Decrypt(aesKey, default, signed.AsSpan(0, signed.Length - name.Bytes.Length)));
        return plain.ReadSized().ToArray();
    }

    private static byte[] Recover(TpmPublic ek, ECDiffieHellman key, byte[] secret)
    {
        var reader = new TpmReader(secret);
        var point = new TpmReader(reader.ReadSized());
        var parameters = key.ExportParameters(false);
        var x = parameters.Q.X;
        parameters.Q = new ECPoint { X = point.ReadSized().ToArray(), Y = point.ReadSized().ToArray() };
        using var theirs = ECDiffieHellman.Create(parameters);
        var z = key.DeriveRawSecretAgreement(theirs.PublicKey);
        return KeyDerivation.KdfE(
            ek.NameAlgorithm, z, "IDENTITY", parameters.Q.X, x, HashAlgorithms.Size(ek.NameAlgorithm) * 8);
    }
}
