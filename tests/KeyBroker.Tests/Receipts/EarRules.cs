using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Receipts;
using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>
/// What the two profiles ask of an EAR, written from draft-ietf-rats-ear-03, RFC 9711 and the checks of Veraison's own
/// libraries, and not from the code it judges.
/// </summary>
internal static class EarRules
{
    public static readonly string[] Members =
    [
        "instance-identity", "configuration", "executables", "file-system", "hardware", "runtime-opaque", "storage-opaque", "sourced-data",
    ];

    private static readonly string[] s_tiers = ["none", "affirming", "warning", "contraindicated"];

    public static void Hold(JsonObject claims, EarNames names)
    {
        var isIetf = names == EarNames.Ietf;
        Assert.Equal(isIetf ? "tag:ietf.org,2026:rats/ear#03" : "tag:github.com,2023:veraison/ear", (string?)claims["eat_profile"]);
        Assert.True(claims["iat"]!.AsValue().TryGetValue<long>(out _), "iat is no integer");
        Assert.True(claims["exp"] is not { } exp || exp.AsValue().TryGetValue<long>(out _), "exp is no integer");
        var verifier = claims[Spelled("verifier-id", isIetf)]!.AsObject();
        Assert.Equal(["build", "developer"], verifier.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.All(verifier, member => Assert.Equal(JsonValueKind.String, member.Value!.GetValueKind()));
        Assert.InRange(((string)claims["eat_nonce"]!).Length, 11, 88);
        Assert.False(claims.ContainsKey(Spelled("raw-evidence", isIetf)));
        var submodules = claims["submods"]!.AsObject();
        Assert.NotEmpty(submodules);
        Assert.All(submodules, submodule => Hold(submodule.Value!.AsObject(), isIetf));
        var other = isIetf ? "ear." : "ear_";
        Assert.DoesNotContain(other, claims.ToJsonString(), StringComparison.Ordinal);
    }

    private static void Hold(JsonObject appraisal, bool isIetf)
    {
        var status = Array.IndexOf(s_tiers, (string?)appraisal[Spelled("status", isIetf)]);
        Assert.True(status >= 0, "the status is no tier");
        var vector = appraisal[Spelled("trustworthiness-vector", isIetf)]!.AsObject();
        Assert.NotEmpty(vector);
        Assert.All(vector, member =>
        {
            Assert.Contains(member.Key, Members);
            Assert.True(TierOf((int)member.Value!) <= status, $"{member.Key} is worse than the status");
        });
        var ids = isIetf ? appraisal["ear_appraisal_policy_ids"]?.AsArray() : [appraisal["ear.appraisal-policy-id"]?.DeepClone()];
        Assert.All(ids ?? [], id => Assert.Equal(JsonValueKind.String, id?.GetValueKind() ?? JsonValueKind.String));
        Assert.NotEqual(0, ids?.Count);
    }

    private static string Spelled(string name, bool isIetf) => isIetf ? "ear_" + name.Replace('-', '_') : "ear." + name;

    // AR4SI, 2.3.2: -1 to 1 none, 2 to 31 affirming, 32 to 95 warning, 96 to 127 contraindicated, and the same below zero.
    private static int TierOf(int claim) => claim switch
    {
        < -128 or > 127 => throw new InvalidDataException($"{claim} is no claim"),
        >= -1 and <= 1 => 0,
        > 0 and < 32 or < 0 and >= -32 => 1,
        > 0 and < 96 or < 0 and >= -96 => 2,
        _ => 3,
    };
}
