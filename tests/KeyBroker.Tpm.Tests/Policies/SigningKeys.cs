using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Tests.Policies;

/// <summary>Keys in software that sign for policies, and their public areas.</summary>
internal static class SigningKeys
{
    private const ObjectAttributes Attributes = ObjectAttributes.Sign | ObjectAttributes.UserWithAuth;

    internal static TpmPublic Public(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return Templates.AttestationKeyEccP256 with { Attributes = Attributes, Unique = new EccUnique(point.X, point.Y) };
    }

    internal static TpmPublic Public(RSA key) => Templates.AttestationKeyRsa2048 with
    {
        Attributes = Attributes,
        Unique = new RsaUnique(key.ExportParameters(false).Modulus),
    };

    internal static TpmSignature Sign(ECDsa key, ReadOnlyMemory<byte> message)
    {
        var signature = key.SignData(message.Span, HashAlgorithmName.SHA256);
        return TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, signature.AsMemory(..32), signature.AsMemory(32..));
    }

    internal static TpmSignature Sign(RSA key, ReadOnlyMemory<byte> message) => TpmSignature.OfRsa(
        TpmAlgorithm.RsaSsa,
        TpmAlgorithm.Sha256,
        key.SignData(message.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
