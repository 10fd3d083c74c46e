using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Receipts;

/// <summary>
/// Signs appraisals: EARs for a relying party, by the result key. No token comes of one: the key, the audience and the
/// absent <c>cnf</c> each keep it from the gate.
/// </summary>
internal sealed class AppraisalSigner(SigningKeys keys, string issuer, EarNames names)
{
    private const string AppraisedPart = "tpm";
    private const int ListBytes = 2048;
    private const int MostReasons = 32;

    public string Sign(AppraisalContent content)
    {
        var (decision, isAffirmed) = (content.Decision, content.Decision.IsAllowed);
        var ids = Ear.Fitting(Applied(decision).Select(Ear.PolicyId), ListBytes);
        var claims = Ear.Claims(
            names, AppraisedPart, (isAffirmed ? TrustVector.Affirming : TrustVector.Contraindicated, content.Vector), ids, content.Nonce);
        claims["iss"] = issuer;
        claims["sub"] = content.Machine;
        claims["aud"] = content.Client;
        claims["iat"] = content.IssuedAt.ToUnixTimeSeconds();
        claims["exp"] = (content.IssuedAt + content.Lifetime).ToUnixTimeSeconds();
        claims["jti"] = content.Jti;
        claims["keybroker.boot"] = TokenIssuer.Boot(content.Boot);
        claims["keybroker.pcrDigest"] = Base64Url.Encode(content.PcrDigest);
        claims["keybroker.quotedKeys"] = Keys(content);
        if (!isAffirmed)
        {
            claims["keybroker.reasons"] = new JsonArray([.. decision.Reasons.Take(MostReasons).Select(ReasonJson.Of)]);
        }

        return Jws.Sign(keys.Result, Ear.Type, claims);
    }

    /// <summary>The policies that hold; where none does, those that were asked.</summary>
    private static IEnumerable<Policy> Applied(Decision decision) => decision.IsAllowed
        ? decision.Holding
        : decision.Outcomes.Where(outcome => outcome.Mode == PolicyMode.Enforce).Select(outcome => outcome.Policy);

    private static JsonObject Keys(AppraisalContent content)
    {
        var keys = new JsonObject { ["cnf"] = content.CnfThumbprint };
        if (content.EncThumbprint is { } enc)
        {
            keys["enc"] = enc;
        }

        return keys;
    }
}
