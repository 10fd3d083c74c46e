using System.Text.Json.Nodes;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>What the broker answered.</summary>
public sealed record Answer(int Status, string Text, string Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => Json["code"]?.GetValue<string>();

    public string? Reason => Json["reasons"]?[0]?["code"]?.GetValue<string>();

    /// <summary>A problem document with this code and first reason, and nothing that looks like a token.</summary>
    public void IsRefused(int status, string code, string? reason = null)
    {
        Assert.True(status == Status, $"{status} {code} expected: {Status} {Text}");
        Assert.Equal(code, Code);
        Assert.Equal($"urn:keybroker:problem:{code}", Json["type"]!.GetValue<string>());
        Assert.DoesNotContain("eyJ", Text, StringComparison.Ordinal);
        if (reason is not null)
        {
            Assert.Equal(reason, Reason);
        }
    }
}
