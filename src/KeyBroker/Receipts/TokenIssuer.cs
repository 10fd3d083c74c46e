using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Quotes;

namespace KeyBroker.Receipts;

/// <summary>Issues attestation tokens: EARs in ES256, for the broker itself, of no more than 4 KiB.</summary>
internal sealed class TokenIssuer(SigningKeys keys, string issuer, EarNames names)
{
    public const string Type = Ear.Type;

    // TOK-10. What is left of 4 KiB beside all else, with an issuer as long as one may be.
    private const int NamesBytes = 800;
    private const int IdsBytes = 512;

    public string Issue(TokenContent content)
    {
        var ids = Ear.Fitting(content.Policies.Select(Ear.PolicyId), IdsBytes);
        var claims = Ear.Claims(names, content.Submodule, (TrustVector.Affirming, content.Vector), ids, content.Nonce);
        claims["iss"] = issuer;
        claims["sub"] = content.Machine;
        claims["aud"] = issuer;
        claims["iat"] = content.IssuedAt.ToUnixTimeSeconds();
        claims["exp"] = (content.IssuedAt + content.Lifetime).ToUnixTimeSeconds();
        claims["jti"] = content.Jti;
        claims["cnf"] = new JsonObject { ["jkt"] = content.CnfThumbprint };
        if (content.PcrDigest is { } digest)
        {
            claims["keybroker.boot"] = Boot(content.Boot);
            claims["keybroker.pcrDigest"] = Base64Url.Encode(digest);
        }

        claims["keybroker.policies"] = List(Ear.Fitting(content.Policies.Select(policy => policy.Name), NamesBytes)); // The stored attestation has them all.
        claims["keybroker.tpmKeys"] = TpmKeys(content);
        return Jws.Sign(keys.Token, Type, claims);
    }

    internal static JsonObject Boot(BootCounters boot) => new()
    {
        ["resetCount"] = boot.ResetCount,
        ["restartCount"] = boot.RestartCount,
    };

    // Which of cnf and enc are shown to be keys of the TPM that quoted; the others may be software.
    private static JsonArray TpmKeys(TokenContent content) => List(
        new[] { (Member: "cnf", Name: content.Residents.Cnf), (Member: "enc", Name: content.Residents.Enc) }
            .Where(key => key.Name is not null)
            .Select(key => key.Member));

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
