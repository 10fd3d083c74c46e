using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Duplication;

/// <summary>Objects made outside any TPM, one of each kind, and a use of each inside of one.</summary>
internal static class SoftwareObjects
{
    private const ObjectAttributes Usable = ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa;

    internal static readonly Policy MayMove = Policy.Empty.CommandCode(TpmCommandCode.Duplicate);

    internal static IReadOnlyList<string> Names { get; } = ["sealed", "hmac", "ecdsa-p256", "ecdsa-p384", "rsa-2048"];

    internal static SoftwareObject Make(string kind, byte[] authValue)
    {
        switch (kind)
        {
            case "sealed":
                return SoftwareObject.OfData("attack at dawn"u8, Symmetric(KeyedHashParameters.Null, Usable), authValue);
            case "hmac":
                var scheme = new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256);
                return SoftwareObject.OfData(
                    "an hmac key"u8, Symmetric(new KeyedHashParameters(scheme), Usable | ObjectAttributes.Sign), authValue);
            case "rsa-2048":
                using (var rsa = RSA.Create(2048))
                {
                    return SoftwareObject.OfKey(rsa, Signing(Templates.AttestationKeyRsa2048), authValue);
                }

            default:
                var curve = kind == "ecdsa-p256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
                using (var ecdsa = ECDsa.Create(curve))
                {
                    return SoftwareObject.OfKey(ecdsa, Signing(Templates.AttestationKeyEccP256), authValue);
                }
        }
    }

    internal static SoftwareObject MakeParent(TpmPublic template)
    {
        const ObjectAttributes InTheTpmOnly =
            ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;
        var like = template with { Attributes = template.Attributes & ~InTheTpmOnly };
        using AsymmetricAlgorithm key = like.Parameters is EccPublicParameters ecc
            ? ECDiffieHellman.Create(EccCurves.ToPlatform(ecc.Curve))
            : RSA.Create(2048);
        return SoftwareObject.OfKey(key, like);
    }

    /// <summary>The TPM does with the object what only the object can.</summary>
    internal static void Use(Tpm tpm, TpmObject loaded, SoftwareObject source, byte[] authValue)
    {
        var auth = loaded.WithPassword(authValue);
        var digest = SHA256.HashData("message"u8);
        if (source.Public.Type != TpmAlgorithm.KeyedHash)
        {
            using var verifier = source.Public.ToKey();
            Assert.True(tpm.Execute(new Sign(auth, digest)).VerifyHash(verifier, digest));
        }
        else if (source.Public.Attributes.HasFlag(ObjectAttributes.Sign))
        {
            Assert.Equal(HMACSHA256.HashData("an hmac key"u8, digest), tpm.Execute(new Hmac(auth, digest)));
        }
        else
        {
            Assert.Equal("attack at dawn"u8, tpm.Execute(new Unseal(auth)));
        }
    }

    private static TpmPublic Signing(TpmPublic template) => template with
    {
        Attributes = Usable | ObjectAttributes.Sign,
        AuthPolicy = MayMove.Digest(TpmAlgorithm.Sha256),
    };

    private static TpmPublic Symmetric(PublicParameters parameters, ObjectAttributes attributes) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = attributes,
        AuthPolicy = MayMove.Digest(TpmAlgorithm.Sha256),
        Parameters = parameters,
        Unique = new DigestUnique(default),
    };
}
