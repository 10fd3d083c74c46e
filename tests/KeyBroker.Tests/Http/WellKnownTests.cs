using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 9 over HTTP: what a relying party finds without any credential.</summary>
public sealed class WellKnownTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task The_published_attestation_key_certifies_every_signing_key_of_the_jwks()
    {
        var configuration = await GetAsync("/.well-known/openid-configuration");
        Assert.Equal(broker.Origin, configuration["issuer"]!.GetValue<string>());
        var jwks = await GetAsync(new Uri(configuration["jwks_uri"]!.GetValue<string>()).AbsolutePath);
        var published = await GetAsync("/v1/broker/signing-keys");

        var area = TpmPublic.ParseSized(Base64Url.Decode(published["ak"]!["public"]!.GetValue<string>()));
        Assert.Equal(area.Name.ToString(), published["ak"]!["name"]!.GetValue<string>());
        using var key = area.ToKey();
        var items = published["items"]!.AsArray();
        Assert.Equal(jwks["keys"]!.AsArray().Select(Kid), items.Select(Kid));
        Assert.All(items, item => RequireCertified(item!, key));
    }

    [Theory]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/v1/broker/signing-keys")]
    public async Task What_is_published_may_be_kept_for_a_while_and_asked_for_by_its_tag(string path)
    {
        using var first = await broker.Tcp.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal("public, max-age=600", first.Headers.CacheControl!.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await broker.Tcp.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static void RequireCertified(JsonNode item, AsymmetricAlgorithm key)
    {
        var statement = Base64Url.Decode(item["statement"]!.GetValue<string>());
        var attest = Base64Url.Decode(item["certification"]!["attest"]!.GetValue<string>());
        var signature = TpmSignature.Parse(Base64Url.Decode(item["certification"]!["signature"]!.GetValue<string>()));
        Assert.True(signature.VerifyData(key, attest));
        var pcrs = item["certification"]!["pcrs"]!["sha256"]!.AsObject();
        var values = Enumerable.Range(0, 16).SelectMany(index => Convert.FromHexString(pcrs[$"{index}"]!.GetValue<string>()));
        Assert.Equal(SHA256.HashData([.. values]), Attest.Parse(attest).Quote!.PcrDigest.ToArray());
        Assert.Equal(SHA256.HashData([.. "keybroker-signing-key-v1"u8, .. statement]), Attest.Parse(attest).ExtraData.ToArray());
        Assert.Equal(Kid(item), JsonNode.Parse(statement)!["jkt"]!.GetValue<string>());
    }

    private static string Kid(JsonNode? key) => key!["kid"]!.GetValue<string>();

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await broker.Tcp.GetStringAsync(path, TestContext.Current.CancellationToken))!;
}
