using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Receipts;

/// <summary>Issues attestation tokens: EARs (draft-ietf-rats-ear) of the Veraison profile, in ES256.</summary>
internal sealed class TokenIssuer(SigningKeys keys, string issuer)
{
    public const string Type = "eat+jwt";
    private const string Profile = "tag:github.com,2023:veraison/ear";
    private const int PolicyListBytes = 2048; // Keeps a token under 4 KiB.

    // AR4SI (draft-ietf-rats-ar4si), 2.3.2: 2 is "recognized and not known to be compromised", 0 makes no claim.
    private const int Affirming = 2;

    public string Issue(TokenContent content)
    {
        var claims = Claims(content);
        if (content.PcrDigest is { } digest)
        {
            claims["keybroker.boot"] = Boot(content);
            claims["keybroker.pcrDigest"] = Base64Url.Encode(digest);
        }

        return Jws.Sign(keys.Token, Type, claims);
    }

    private JsonObject Claims(TokenContent content) => new()
    {
        ["eat_profile"] = Profile,
        ["ear.verifier-id"] = new JsonObject { ["build"] = "keybroker/1", ["developer"] = "KeyBroker" },
        ["eat_nonce"] = Base64Url.Encode(content.Nonce),
        ["iss"] = issuer,
        ["sub"] = content.Machine,
        ["aud"] = issuer,
        ["iat"] = content.IssuedAt.ToUnixTimeSeconds(),
        ["exp"] = (content.IssuedAt + content.Lifetime).ToUnixTimeSeconds(),
        ["jti"] = content.Jti,
        ["cnf"] = new JsonObject { ["jkt"] = content.CnfThumbprint },
        ["submods"] = new JsonObject { [content.Submodule] = Appraisal(content) },
        ["keybroker.policies"] = Names(content.Policies),
        ["keybroker.tpmKeys"] = TpmKeys(content),
    };

    private static JsonObject Boot(TokenContent content) => new()
    {
        ["resetCount"] = content.Boot.ResetCount,
        ["restartCount"] = content.Boot.RestartCount,
    };

    // Which of cnf and enc are shown to be keys of the TPM that quoted; the others may be software.
    private static JsonArray TpmKeys(TokenContent content)
    {
        var keys = new JsonArray();
        foreach (var key in new[] { (Member: "cnf", Name: content.Residents.Cnf), (Member: "enc", Name: content.Residents.Enc) })
        {
            if (key.Name is not null)
            {
                keys.Add(key.Member);
            }
        }

        return keys;
    }

    private static JsonObject Appraisal(TokenContent content)
    {
        var appraisal = new JsonObject { ["ear.status"] = "affirming" };
        if (content.PcrDigest is not null)
        {
            appraisal["ear.trustworthiness-vector"] = Vector();
        }

        appraisal["ear.appraisal-policy-id"] = PolicyId(content.Policies[0]);
        return appraisal;
    }

    // Of what remote verifiers appraised, their own results say more than this broker could.
    private static JsonObject Vector() => new()
    {
        ["instance-identity"] = Affirming,
        ["executables"] = Affirming,
        ["hardware"] = 0,
    };

    /// <summary>As many names as fit; the stored attestation has them all.</summary>
    private static JsonArray Names(IReadOnlyList<Policy> policies)
    {
        var (names, room) = (new JsonArray(), PolicyListBytes);
        foreach (var policy in policies)
        {
            room -= policy.Name.Length + "\"\",".Length;
            if (room < 0)
            {
                break;
            }

            names.Add(policy.Name);
        }

        return names;
    }

    private static string PolicyId(Policy policy) => $"{policy.Name}@{policy.Digest}";
}
