using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>What can be wrong with a certified key of any kind: threats F02 and F03, one change each.</summary>
internal static class RecipientFaults
{
    public static Dictionary<string, Func<CertifiedKey, CertifiedKey>> Common { get; } = new(StringComparer.Ordinal)
    {
        ["not fixedTPM: it may be duplicated"] = key => Without(key, ObjectAttributes.FixedTpm),
        ["not fixedParent"] = key => Without(key, ObjectAttributes.FixedParent),
        ["not made by the TPM: imported"] = key => Without(key, ObjectAttributes.SensitiveDataOrigin),
        ["encryptedDuplication only"] = key => With(
            Without(key, ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent), ObjectAttributes.EncryptedDuplication),
        ["certified by another attestation key"] = key => key with { By = TestKeys.Get("EcDsa-Sha384") },
        ["a statement of another key: swapped"] = key => key with { Certified = Templates.StorageRootKeyEcc },
        ["changed after it was signed"] = key => key with { SwapAttest = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] },
        ["cut off after it was signed"] = key => key with { SwapAttest = bytes => bytes[..^1] },
        ["another magic"] = key => key with { Magic = 0x01020304 },
        ["a creation statement"] = key => key with { Type = Attest.CreationType },
        ["a quote passed off as a statement"] = key => key with { Type = Attest.QuoteType },
        ["too short for a header, and signed"] = key => key with { EditAttest = bytes => bytes[..5] },
    };

    /// <summary>A name that is not the one of the public area, where only the attributes were changed in what is shown.</summary>
    public static CertifiedKey Pretending(CertifiedKey key, ObjectAttributes added) => key with
    {
        Certified = key.Public,
        Public = key.Public with { Attributes = key.Public.Attributes | added },
    };

    public static CertifiedKey With(CertifiedKey key, ObjectAttributes attributes) =>
        key with { Public = key.Public with { Attributes = key.Public.Attributes | attributes } };

    public static CertifiedKey Without(CertifiedKey key, ObjectAttributes attributes) =>
        key with { Public = key.Public with { Attributes = key.Public.Attributes & ~attributes } };
}
