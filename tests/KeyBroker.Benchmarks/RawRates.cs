using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>What the platform and a software TPM do by themselves, one after the other: the limit of each operation.</summary>
internal static class RawRates
{
    private static readonly byte[] s_digest = SHA256.HashData("message"u8);
    private static readonly byte[] s_message = new byte[64];

    /// <summary>The rate of a key type's first use, and of its second.</summary>
    public static (double First, double Second) InSoftware(string type) => type switch
    {
        "ec-p256" => Ec(ECCurve.NamedCurves.nistP256, 32),
        "ec-p384" => Ec(ECCurve.NamedCurves.nistP384, 48),
        "rsa-2048" => Rsa(2048),
        "rsa-3072" => Rsa(3072),
        "hmac-sha256" => (Rate.Of(Mac), Rate.Of(Mac)),
        _ => (Rate.Of(Gcm), Rate.Of(Gcm)),
    };

    public static async Task<double> InTpmAsync(string type)
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        var made = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Template(type)));
        var key = made.Object.WithPassword();
        var scheme = new SignatureScheme(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256);
        return type switch
        {
            "hmac-sha256" => Rate.Of(() => tpm.Execute(new Hmac(key, s_message))),
            "ec-p384" => Rate.Of(() => tpm.Execute(new Sign(key, SHA384.HashData("message"u8)))),
            "ec-p256" => Rate.Of(() => tpm.Execute(new Sign(key, s_digest))),
            _ => Rate.Of(() => tpm.Execute(new Sign(key, s_digest, scheme))),
        };
    }

    private static (double Sign, double Verify) Ec(ECCurve curve, int digestLength)
    {
        using var key = ECDsa.Create(curve);
        var digest = new byte[digestLength];
        var signature = key.SignHash(digest);
        return (Rate.Of(() => key.SignHash(digest)), Rate.Of(() => key.VerifyHash(digest, signature)));
    }

    private static (double Sign, double Verify) Rsa(int bits)
    {
        using var key = RSA.Create(bits);
        var signature = key.SignHash(s_digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return (
            Rate.Of(() => key.SignHash(s_digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            Rate.Of(() => key.VerifyHash(s_digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
    }

    private static void Mac() => HMACSHA256.HashData(s_digest, s_message);

    private static void Gcm()
    {
        using var aes = new AesGcm(s_digest, 16);
        aes.Encrypt(new byte[12], s_message, new byte[s_message.Length], new byte[16]);
    }

    private static TpmPublic Template(string type)
    {
        var signing = Templates.AttestationKeyEccP256 with
        {
            Attributes = Templates.AttestationKeyEccP256.Attributes & ~ObjectAttributes.Restricted,
        };
        return type switch
        {
            "ec-p384" => signing with
            {
                Parameters = new EccPublicParameters(
                    SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha384),
                    TpmEccCurve.NistP384, SignatureScheme.Null),
            },
            "rsa-2048" or "rsa-3072" => signing with
            {
                Type = TpmAlgorithm.Rsa,
                Parameters = new RsaPublicParameters(
                    SymmetricDefinition.Null, SignatureScheme.Null, type == "rsa-2048" ? 2048 : 3072, 0),
                Unique = new RsaUnique(default),
            },
            "hmac-sha256" => signing with
            {
                Type = TpmAlgorithm.KeyedHash,
                Parameters = new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)),
                Unique = new DigestUnique(default),
            },
            _ => signing,
        };
    }
}
