using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Gate;
using KeyBroker.Receipts;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Recipients;

/// <summary>
/// The machine's own TPM: what it gets opens in that TPM alone, while every attested register has its attested value, and
/// then without any network.
/// </summary>
internal sealed record TpmRecipient(StorageParent Parent, StatePolicy State) : ReleaseTarget
{
    /// <summary>The most that a sealed object holds (MAX_SYM_DATA, Part 2, Annex A).</summary>
    public const int LongestSealed = 128;

    private const int KeyBytes = 32;

    public override string NameFor(Approval approval) => "tpm";

    public override JsonObject Deliver(ReadOnlySpan<byte> value, string? contentType = null)
    {
        // Nothing at all cannot be sealed, but it can be encrypted.
        if (value.Length is > 0 and <= LongestSealed)
        {
            return Result(value);
        }

        Span<byte> key = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(key);
        try
        {
            var result = Result(key);
            result["jwe"] = JweEncrypter.EncryptDirect(key, value, contentType);
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // IMP-1. As an import has it: not fixed, not made here; without userWithAuth its policy is the only way in, and with
    // adminWithPolicy there is no other to change it.
    private TpmPublic Area() => Templates.SealedData(State.Digest) with
    {
        Attributes = ObjectAttributes.NoDa | ObjectAttributes.AdminWithPolicy,
    };

    private JsonObject Result(ReadOnlySpan<byte> sealable)
    {
        using var source = SoftwareObject.OfData(sealable, Area());
        var duplicate = DuplicationWrapper.Wrap(source, Parent.Public);
        return new JsonObject
        {
            ["import"] = new JsonObject
            {
                ["public"] = Base64Url.Encode(source.Public.ToSizedBytes()),
                ["duplicate"] = Sized(duplicate.Private),
                ["symSeed"] = Sized(duplicate.Seed),
            },
            ["pcrs"] = Registers(),
        };
    }

    // In the order of the policy, which depends on it.
    private JsonObject Registers() => new(State.Selection.Select(bank => KeyValuePair.Create(
        PcrBanks.NameOf(bank.Bank), (JsonNode?)new JsonArray([.. bank.Indices.Select(index => JsonValue.Create(index))]))));

    private static string Sized(ReadOnlyMemory<byte> bytes)
    {
        var writer = new TpmWriter();
        writer.WriteSized(bytes.Span);
        return Base64Url.Encode(writer.Written);
    }
}
