using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Results;
using KeyBroker.Verifiers;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-20, VER-25: which vocabularies an EAR may have, and what its worst word is.</summary>
public sealed class EarProfileTests
{
    [Theory]
    [InlineData("ear", "tag:github.com,2023:veraison/ear")]
    [InlineData("ear-ietf", "tag:ietf.org,2026:rats/ear", "tag:ietf.org,2026:rats/ear#03", "tag:ietf.org,2026:rats/ear#04")]
    [InlineData("oidc")]
    public void The_profiles_are_those_of_the_table(string name, params string[] profiles) =>
        Assert.Equal(profiles, ResultProfiles.Find(name)!.EatProfiles);

    [Theory]
    [InlineData("affirming", "affirming", "warning", ResultStatus.Warning)]
    [InlineData("affirming", "none", "warning", ResultStatus.None)]
    [InlineData("contraindicated", "affirming", "affirming", ResultStatus.Contraindicated)]
    [InlineData("warning", "affirming", "affirming", ResultStatus.Warning)]
    [InlineData(null, "affirming", "affirming", ResultStatus.Affirming)]
    public void The_worst_word_counts_the_whole_included(string? whole, string first, string second, ResultStatus expected)
    {
        var claims = new JsonObject
        {
            ["submods"] = new JsonObject { ["a"] = new JsonObject { ["ear_status"] = first }, ["b"] = new JsonObject { ["ear_status"] = second } },
        };
        if (whole is not null)
        {
            claims["ear_status"] = whole;
        }

        using var document = JsonDocument.Parse(claims.ToJsonString());
        Assert.Equal(expected, ResultProfiles.Find("ear-ietf")!.Status.Of(document.RootElement));
    }
}
