using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;

namespace KeyBroker.Introspections;

/// <summary>The answer of RFC 7662: what an active token says, and of any other nothing but that it is not active.</summary>
internal sealed class Introspection
{
    private Introspection(JsonObject answer) => Answer = answer;

    /// <summary>TOK-23. Forged, ended, of another broker, of a revoked machine: one answer for all.</summary>
    public static Introspection Inactive => new(new JsonObject { ["active"] = false });

    public JsonObject Answer { get; }

    public static Introspection Active(string issuer, StandingToken token, Decision decision)
    {
        var attestation = token.Attestation;
        return new Introspection(new JsonObject
        {
            ["active"] = true,
            ["token_type"] = "DPoP",
            ["iss"] = issuer,
            ["sub"] = token.Machine.Id,
            ["aud"] = issuer,
            ["iat"] = attestation.IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = attestation.ExpiresAt.ToUnixTimeSeconds(),
            ["jti"] = attestation.Jti,
            ["cnf"] = new JsonObject { ["jkt"] = attestation.CnfThumbprint },
            ["keybroker.machine"] = token.Machine.Name,
            ["keybroker.boot"] = new JsonObject
            {
                ["resetCount"] = attestation.Boot.ResetCount,
                ["restartCount"] = attestation.Boot.RestartCount,
            },
            ["keybroker.policies"] = new JsonArray([.. decision.Holding.Select(policy => JsonValue.Create(policy.Name))]),
        });
    }
}
