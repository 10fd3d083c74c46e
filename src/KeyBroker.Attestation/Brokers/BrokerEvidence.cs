using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Brokers;

/// <summary>What a broker says of itself, as <c>POST /v1/broker/attestation</c> gives it: nothing of it is to be believed before <see cref="VerifiedBroker"/>.</summary>
public sealed record BrokerEvidence
{
    private const int MostIntermediates = 8;

    /// <summary>The key that quoted.</summary>
    public required TpmPublic AttestationKey { get; init; }

    /// <summary>The endorsement key, of which the quote says nothing.</summary>
    public required TpmPublic EndorsementKey { get; init; }

    /// <summary>DER of what its maker certified, if anything.</summary>
    public byte[]? Certificate { get; init; }

    public IReadOnlyList<byte[]> Intermediates { get; init; } = [];

    /// <summary>TPMS_ATTEST (Part 2, 10.12.12), as signed.</summary>
    public required byte[] Attest { get; init; }

    public required TpmSignature Signature { get; init; }

    /// <summary>The registers in the wire's own form.</summary>
    public required IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> Pcrs { get; init; }

    /// <summary>A JWK Set with the member <c>issuer</c>: the bytes that the quote is over.</summary>
    public required byte[] Jwks { get; init; }

    public byte[]? EventLog { get; init; }

    /// <summary>The answer to a credential, where one was sent.</summary>
    public byte[]? Activated { get; init; }

    /// <exception cref="DeniedException">Something else.</exception>
    public static BrokerEvidence Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(StrictJson.ParseObject(json, "ak", "ek", "quote", "pcrs", "jwks", "eventLog", "activated"));
        }
        catch (TpmFormatException malformed)
        {
            throw DeniedException.Malformed(malformed.Message);
        }
    }

    public JsonObject ToJson()
    {
        var ek = new JsonObject { ["public"] = Base64Url.Encode(EndorsementKey.ToSizedBytes()) };
        if (Certificate is not null)
        {
            ek["certificate"] = Base64Url.Encode(Certificate);
            ek["intermediates"] = new JsonArray([.. Intermediates.Select(each => JsonValue.Create(Base64Url.Encode(each)))]);
        }

        var json = new JsonObject
        {
            ["ak"] = Base64Url.Encode(AttestationKey.ToSizedBytes()),
            ["ek"] = ek,
            ["quote"] = new JsonObject
            {
                ["attest"] = Base64Url.Encode(Attest),
                ["signature"] = Base64Url.Encode(Signature.ToBytes()),
            },
            ["pcrs"] = new JsonObject(Pcrs.Select(bank => KeyValuePair.Create<string, JsonNode?>(PcrBanks.NameOf(bank.Key), Registers(bank.Value)))),
            ["jwks"] = Base64Url.Encode(Jwks),
        };
        AddOptional(json);
        return json;
    }

    private static JsonObject Registers(SortedDictionary<int, byte[]> bank) => new(bank.Select(register =>
        KeyValuePair.Create<string, JsonNode?>($"{register.Key}", Convert.ToHexStringLower(register.Value))));

    private void AddOptional(JsonObject json)
    {
        if (EventLog is not null)
        {
            json["eventLog"] = Base64Url.Encode(EventLog);
        }

        if (Activated is not null)
        {
            json["activated"] = Base64Url.Encode(Activated);
        }
    }

    private static BrokerEvidence Read(StrictObject members)
    {
        var ek = StrictJson.Object(members.Required("ek"), "public", "certificate", "intermediates");
        var quote = StrictJson.Object(members.Required("quote"), "attest", "signature");
        var intermediates = ek.OptionalTexts("intermediates") ?? [];
        return intermediates.Count > MostIntermediates
            ? throw DeniedException.Malformed($"at most {MostIntermediates} certificates are expected", "ek.intermediates")
            : new BrokerEvidence
            {
                AttestationKey = TpmPublic.ParseSized(members.Bytes("ak")),
                EndorsementKey = TpmPublic.ParseSized(ek.Bytes("public")),
                Certificate = ek.OptionalBytes("certificate"),
                Intermediates = [.. intermediates.Select(der => Base64Url.Decode(der, "ek.intermediates"))],
                Attest = quote.Bytes("attest"),
                Signature = TpmSignature.Parse(quote.Bytes("signature")),
                Pcrs = PcrValues.Parse(members.Required("pcrs")),
                Jwks = members.Bytes("jwks"),
                EventLog = members.OptionalBytes("eventLog"),
                Activated = members.OptionalBytes("activated"),
            };
    }
}
