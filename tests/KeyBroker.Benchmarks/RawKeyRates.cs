using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>The limits of what keys do beside signing and encrypting: the platform, or the TPM's commands, one after the other.</summary>
internal static class RawKeyRates
{
    private static readonly byte[] s_nonce = new byte[32];
    private static readonly SignatureScheme s_oaep = new(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256);

    /// <summary>A256GCM, so many times in a row.</summary>
    public static double Gcm(int times)
    {
        using var aes = new AesGcm(s_nonce, 16);
        var (message, tag) = (new byte[32], new byte[16]);
        return Rate.Of(() =>
        {
            for (var done = 0; done < times; done++)
            {
                aes.Encrypt(s_nonce.AsSpan(0, 12), message, message, tag);
            }
        });
    }

    /// <summary>What a JWE to the attested key takes: a fresh key, and what it shares with the other.</summary>
    public static double FreshAgreement()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Rate.Of(() =>
        {
            using var fresh = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            fresh.DeriveRawSecretAgreement(other.PublicKey);
        });
    }

    public static (double Encrypt, double Decrypt) Rsa()
    {
        using var key = RSA.Create(2048);
        var encrypted = key.Encrypt(s_nonce, RSAEncryptionPadding.OaepSHA256);
        return (
            Rate.Of(() => key.Encrypt(s_nonce, RSAEncryptionPadding.OaepSHA256)),
            Rate.Of(() => key.Decrypt(encrypted, RSAEncryptionPadding.OaepSHA256)));
    }

    public static Task<double> TpmAgreeAsync() => InTpmAsync(tpm =>
    {
        var template = Opening(Templates.SigningKeyEccP256) with
        {
            Parameters = new EccPublicParameters(
                SymmetricDefinition.Null, SignatureScheme.Null, TpmEccCurve.NistP256, SignatureScheme.Null),
        };
        var key = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template)).Object;
        var point = tpm.Execute(new EcdhKeyGen(key)).Ephemeral;
        return () => tpm.Execute(new EcdhZGen(key.WithPassword(), point));
    });

    public static Task<double> TpmDecryptAsync() => InTpmAsync(tpm =>
    {
        var template = Opening(Templates.AttestationKeyRsa2048) with
        {
            Parameters = new RsaPublicParameters(SymmetricDefinition.Null, SignatureScheme.Null, 2048, 0),
        };
        var made = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template));
        using var key = (RSA)made.Public.ToKey();
        var encrypted = key.Encrypt(s_nonce, RSAEncryptionPadding.OaepSHA256);
        return () => tpm.Execute(new RsaDecrypt(made.Object.WithPassword(), encrypted, s_oaep));
    });

    /// <summary>TPM2_GetRandom of 32 bytes.</summary>
    public static Task<double> TpmRandomAsync() => InTpmAsync(tpm => () => tpm.Execute(new GetRandom(32)));

    /// <summary>TPM2_Create of an EC key, or of 32 bytes that are sealed.</summary>
    public static Task<double> TpmCreateAsync(bool isSealed) => InTpmAsync(tpm =>
    {
        var root = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc)).Object.WithPassword();
        return isSealed
            ? () => tpm.Execute(new Create(root, Templates.SealedData(default), new Sensitive(default, s_nonce)))
            : () => tpm.Execute(new Create(root, Templates.SigningKeyEccP256));
    });

    /// <summary>TPM2_Certify and TPM2_CertifyCreation.</summary>
    public static Task<double> TpmCertifyAsync() => InTpmAsync(tpm =>
    {
        var signer = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.AttestationKeyEccP256)).Object.WithPassword();
        var made = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.SigningKeyEccP256));
        return () =>
        {
            tpm.Execute(new Certify(made.Object.WithPassword(), signer, s_nonce));
            tpm.Execute(new CertifyCreation(signer, made.Object, s_nonce, made.Creation.Hash, made.Creation.Ticket));
        };
    });

    private static async Task<double> InTpmAsync(Func<Tpm.Tpm, Action> prepare)
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        return Rate.Of(prepare(tpm));
    }

    private static TpmPublic Opening(TpmPublic template) => template with
    {
        Attributes = (template.Attributes & ~(ObjectAttributes.Restricted | ObjectAttributes.Sign)) | ObjectAttributes.Decrypt,
    };
}
