using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>RND-1: random bytes for whoever some policy holds for.</summary>
public sealed class RandomBytesTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(1024)]
    public async Task They_come_in_clear_or_to_the_attested_key_and_are_recorded_without_themselves(int bytes)
    {
        using var keeper = await Keeper.StartAsync(broker, "read");
        var answer = (await CallAsync(keeper, new() { ["bytes"] = bytes })).Json;
        var random = answer["result"]!["random"]!.GetValue<string>();
        Assert.Equal(bytes, Base64Url.Decode(random).Length);
        Assert.Equal(("random", "random"), (answer["sub"]!.GetValue<string>(), answer["op"]!.GetValue<string>()));
        Assert.StartsWith("keeper-", answer["att"]!["policy"]!.GetValue<string>(), StringComparison.Ordinal);
        var sent = (await CallAsync(keeper, new() { ["bytes"] = bytes, ["to"] = "enc" })).Json;
        Assert.Equal(bytes, keeper.Enc.Open(sent["result"]!["jwe"]).Length);

        var page = await broker.Admin.GetStringAsync(
            $"/v1/admin/audit?after={answer["seq"]!.GetValue<long>() - 1}&limit=1", TestContext.Current.CancellationToken);
        var record = JsonNode.Parse(page)!["items"]![0]!["record"]!.GetValue<string>();
        Assert.Contains("\"random\"", record, StringComparison.Ordinal);
        Assert.Contains(keeper.Machine.Id, record, StringComparison.Ordinal);
        Assert.True(bytes < 8 || !record.Contains(random, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"bytes":0}""")]
    [InlineData("""{"bytes":-1}""")]
    [InlineData("""{"bytes":1025}""")]
    [InlineData("""{"bytes":1.5}""")]
    [InlineData("""{"bytes":"8"}""")]
    [InlineData("""{"bytes":8,"to":"me"}""")]
    [InlineData("""{"bytes":8,"more":1}""")]
    [InlineData("""{"items":[{"bytes":8}]}""")]
    public async Task Every_other_body_is_malformed(string body)
    {
        using var keeper = await Keeper.StartAsync(broker, "read");
        (await CallAsync(keeper, JsonNode.Parse(body)!.AsObject())).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task Nobody_gets_them_without_a_token_or_a_policy_that_holds()
    {
        using var keeper = await Keeper.StartAsync(broker, "read", withEnc: false);
        (await CallAsync(keeper, new() { ["bytes"] = 8, ["to"] = "enc" })).IsRefused(422, "operation-unsupported");
        await broker.AdministerAsync($"machines/{keeper.Machine.Id}/revoke", """{"reason":"sold"}""");
        (await CallAsync(keeper, new() { ["bytes"] = 8 })).IsRefused(403, "machine-inactive");
        keeper.Machine.Token = "none";
        (await CallAsync(keeper, new() { ["bytes"] = 8 })).IsRefused(401, "token-invalid");
    }

    private static Task<Answer> CallAsync(Keeper keeper, JsonObject body) =>
        keeper.Machine.CallAsync("POST", "/v1/random", body.ToJsonString());
}
