using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>What can be wrong with a certified key of any kind: threats F02 and F03, one change each.</summary>
internal static class RecipientFaults
{
    public static Dictionary<string, Func<CertifiedKey, CertifiedKey>> Common { get; } = new(StringComparer.Ordinal)
    {
        ["not_fixed_tpm"] = key => Without(key, ObjectAttributes.FixedTpm),
        ["not_fixed_parent"] = key => Without(key, ObjectAttributes.FixedParent),
        ["imported"] = key => Without(key, ObjectAttributes.SensitiveDataOrigin),
        ["encrypted_duplication_only"] = key => With(
            Without(key, ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent), ObjectAttributes.EncryptedDuplication),
        ["name_by_sha1"] = key => key with { Public = key.Public with { NameAlgorithm = TpmAlgorithm.Sha1 } },
        ["no_name"] = key => key with { Public = key.Public with { NameAlgorithm = TpmAlgorithm.Null } },
        ["certified_by_another_key"] = key => key with { By = TestKeys.Another(key.By.Sign([])) },
        ["statement_of_another_key"] = key => key with { Certified = Templates.StorageRootKeyEcc },
        ["statement_changed"] = key => key with { SwapAttest = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] },
        ["statement_cut_off"] = key => key with { SwapAttest = bytes => bytes[..^1] },
        ["magic"] = key => key with { Magic = 0x01020304 },
        ["creation_statement"] = key => key with { Type = Attest.CreationType },
        ["quote_statement"] = key => key with { Type = Attest.QuoteType },
        ["statement_of_five_bytes"] = key => key with { EditAttest = bytes => bytes[..5] },
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
