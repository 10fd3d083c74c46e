using System.Collections.Immutable;
using KeyBroker.Configuration;
using KeyBroker.Verifiers;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-1 to VER-4: a verifier that is not wholly described stops the start, and says which line.</summary>
public sealed class VerifierSettingsTests
{
    private static readonly Dictionary<string, string?> s_good = new()
    {
        ["Kind"] = "passport",
        ["Issuer"] = "https://v.example",
        ["Audience"] = "kb",
        ["Algorithms"] = "ES256 PS384",
        ["Jwks"] = "https://v.example/jwks",
        ["Profile"] = "ear",
    };

    [Theory]
    [InlineData("Kind", null)]
    [InlineData("Kind", "both")]
    [InlineData("Issuer", null)]
    [InlineData("Issuer", "-")]
    [InlineData("Audience", null)]
    [InlineData("Algorithms", null)]
    [InlineData("Algorithms", "none")]
    [InlineData("Algorithms", "ES256 HS256")]
    [InlineData("Algorithms", "EdDSA")]
    [InlineData("Jwks", null)]
    [InlineData("Jwks", "http://v.example/jwks")]
    [InlineData("Jwks", "ftp://v.example/jwks")]
    [InlineData("Jwks", "https://u@v.example/jwks")]
    [InlineData("Jwks", "/nowhere/jwks.json")]
    [InlineData("Profile", null)]
    [InlineData("Profile", "earl")]
    [InlineData("MaxAge", "forever")]
    [InlineData("Leeway", "2m")]
    [InlineData("KeyClaim", "/")]
    [InlineData("Required", "maybe")]
    [InlineData("TrustedRoots", "/nowhere.pem")]
    [InlineData("Url", "https://v.example/")]
    [InlineData("Isuer", "x")]
    public void One_line_stops_the_start(string key, string? value)
    {
        Assert.Single(Read(s_good));
        var changed = new Dictionary<string, string?>(s_good) { [key] = value };
        var stopped = Assert.Throws<StartupException>(() => Read(changed));
        Assert.Contains($"KeyBroker:Verifiers:v:{key}", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', stopped.Message);
    }

    [Theory]
    [InlineData("Url", null)]
    [InlineData("Url", "http://v.example/")]
    [InlineData("Api", null)]
    [InlineData("Api", "soap")]
    [InlineData("MediaType", "json")]
    [InlineData("Evidence", "parsec")]
    [InlineData("AttemptTimeout", "6s")]
    [InlineData("Retries", "11")]
    [InlineData("Concurrency", "0")]
    [InlineData("CircuitFailures", "1")]
    [InlineData("TokenFile", "/nowhere")]
    public void And_so_does_one_about_asking(string key, string? value)
    {
        var good = new Dictionary<string, string?>(s_good) { ["Kind"] = "background", ["Url"] = "https://v.example/cr/v1", ["Api"] = "veraison", ["Issuer"] = "-" };
        Assert.Null(Assert.Single(Read(good)).Issuer);
        var stopped = Assert.Throws<StartupException>(() => Read(new Dictionary<string, string?>(good) { [key] = value }));
        Assert.Contains($"KeyBroker:Verifiers:v:{key}", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "application/vnd.keybroker.evidence+json")]
    [InlineData("keybroker", null, "application/vnd.keybroker.evidence+json")]
    [InlineData("enacttrust", null, "application/vnd.enacttrust.tpm-evidence")]
    [InlineData("enacttrust", "application/vnd.example+cbor", "application/vnd.example+cbor")]
    public void Evidence_has_the_media_type_of_its_shape_or_another(string? evidence, string? mediaType, string expected)
    {
        var settings = new Dictionary<string, string?>(s_good)
        {
            ["Kind"] = "background",
            ["Url"] = "https://v.example/cr/v1",
            ["Api"] = "veraison",
            ["Evidence"] = evidence,
            ["MediaType"] = mediaType,
        };
        Assert.Equal(expected, Assert.Single(Read(settings)).Background!.MediaType);
    }

    [Fact]
    public void Two_passports_of_one_issuer_could_not_be_told_apart()
    {
        var both = s_good.Select(entry => KeyValuePair.Create("w:" + entry.Key, entry.Value)).Concat(s_good.Select(entry => KeyValuePair.Create("v:" + entry.Key, entry.Value)));
        var stopped = Assert.Throws<StartupException>(() => VerifierSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(both).Build()));
        Assert.Contains("v and w", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    public void A_file_that_is_no_key_set_stops_the_start(string content)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, content);
        var stopped = Assert.Throws<StartupException>(() => Read(new Dictionary<string, string?>(s_good) { ["Jwks"] = file }));
        Assert.Contains("KeyBroker:Verifiers:v:Jwks", stopped.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Algorithms_can_stand_one_below_the_other()
    {
        var listed = new Dictionary<string, string?>(s_good) { ["Algorithms:0"] = "ES256", ["Algorithms:1"] = "RS512" };
        _ = listed.Remove("Algorithms");
        Assert.Equal(["ES256", "RS512"], Assert.Single(Read(listed)).Algorithms);
    }

    private static ImmutableArray<VerifierSettings> Read(Dictionary<string, string?> verifier) => VerifierSettingsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(verifier.Select(entry => KeyValuePair.Create("v:" + entry.Key, entry.Value))).Build());
}
