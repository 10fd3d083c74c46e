using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>KOP-8 to KOP-12 over HTTP: what is agreed on and what is released, and to whom.</summary>
public sealed class KeyHandOutTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly byte[] s_key = Encoding.UTF8.GetBytes("a key of somebody's");

    [Theory]
    [InlineData("ec-p256", "tpm")]
    [InlineData("ec-p256", "sealed")]
    [InlineData("ec-p384", "tpm")]
    [InlineData("ec-p384", "sealed")]
    public async Task Two_sides_agree(string type, string protection)
    {
        using var keeper = await Keeper.StartAsync(broker);
        var name = $"web/agree-{type}-{protection}";
        var made = await keeper.CreateAsync(name, type, protection, "agree");
        using var ours = PublicJwk.Parse(made["result"]!["publicJwk"]!.ToJsonString()).ToEcdh();
        using var theirs = ECDiffieHellman.Create(ours.ExportParameters(false).Curve);
        var agreed = await keeper.UseAsync(name, "agree", new() { ["peer"] = Jwk(theirs) });
        Assert.Equal(theirs.DeriveRawSecretAgreement(ours.PublicKey), keeper.Enc.Open(agreed["jwe"]));

        using var another = ECDiffieHellman.Create(type == "ec-p256" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        (await keeper.CallAsync(name, "agree", new() { ["peer"] = Jwk(another) })).IsRefused(422, "operation-unsupported");
        await RefusePeersAsync(keeper, name, theirs);
    }

    [Fact]
    public async Task What_is_secret_goes_to_the_attested_key_or_nowhere()
    {
        using var keeper = await Keeper.StartAsync(broker);
        using var bare = await Keeper.StartAsync(broker, withEnc: false);
        await keeper.CreateAsync("web/nowhere", "aes-256");
        await keeper.CreateAsync("web/nowhere-ec", "ec-p256", null, "agree");
        using var peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var wrapped = (await keeper.UseAsync("web/nowhere", "wrap", new() { ["key"] = "AAAA" }))["wrapped"]!.GetValue<string>();
        (await bare.CallAsync("web/nowhere", "data-key")).IsRefused(422, "operation-unsupported");
        (await bare.CallAsync("web/nowhere", "unwrap", new() { ["wrapped"] = wrapped, ["to"] = "enc" })).IsRefused(422, "operation-unsupported");
        (await bare.CallAsync("web/nowhere", "release", new() { ["to"] = "enc" })).IsRefused(422, "operation-unsupported");
        (await bare.CallAsync("web/nowhere-ec", "agree", new() { ["peer"] = Jwk(peer) })).IsRefused(422, "operation-unsupported");
        (await keeper.CallAsync("web/nowhere", "unwrap", new() { ["wrapped"] = wrapped, ["to"] = "me" })).IsRefused(400, "request-malformed");
        (await keeper.CallAsync("web/nowhere", "release", new() { ["to"] = "me" })).IsRefused(400, "request-malformed");
        (await keeper.CallAsync("web/nowhere", "release")).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task A_grant_may_demand_that_an_unwrapped_key_goes_to_the_attested_key()
    {
        using var maker = await Keeper.StartAsync(broker);
        await maker.CreateAsync("web/demanded", "aes-256");
        var wrapped = (await maker.UseAsync("web/demanded", "wrap", new() { ["key"] = Encode(s_key) }))["wrapped"]!.GetValue<string>();
        using var keeper = await Keeper.StartAsync(broker, "unwrap", demandsEnc: true);
        (await keeper.CallAsync("web/demanded", "unwrap", new() { ["wrapped"] = wrapped })).IsRefused(403, "operation-denied");
        var sent = await keeper.UseAsync("web/demanded", "unwrap", new() { ["wrapped"] = wrapped, ["to"] = "enc" });
        Assert.Equal(s_key, keeper.Enc.Open(sent["jwe"]));
    }

    [Fact]
    public async Task Grants_for_one_verb_open_nothing_for_another()
    {
        using var maker = await Keeper.StartAsync(broker);
        await maker.CreateAsync("web/apart", "aes-256");
        using var narrow = await Keeper.StartAsync(broker, "rewrap");
        foreach (var verb in new[] { "wrap", "unwrap", "data-key", "agree", "release", "decrypt" })
        {
            (await narrow.CallAsync("web/apart", verb)).IsRefused(403, "operation-denied");
        }

        (await narrow.CallAsync("other/apart", "rewrap")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task An_exportable_key_is_released_as_a_jwk_and_no_other()
    {
        using var keeper = await Keeper.StartAsync(broker);
        var made = (await keeper.Machine.CallAsync(
            "POST", "/v1/keys", """{"name":"web/export","type":"ec-p256","protection":"sealed","exportable":true}""")).Json;
        var answer = await keeper.CallAsync("web/export", "release", new() { ["to"] = "enc" });
        Assert.Equal(("release", 1), (answer.Json["op"]!.GetValue<string>(), answer.Json["key"]!["version"]!.GetValue<int>()));
        var jwe = answer.Json["result"]!["jwe"]!.GetValue<string>();
        Assert.Equal("jwk+json", JweHolder.HeaderOf(jwe)["cty"]!.GetValue<string>());
        var jwk = JsonNode.Parse(keeper.Enc.Open(answer.Json["result"]!["jwe"]))!;
        Assert.Equal(made["result"]!["publicJwk"]!["x"]!.GetValue<string>(), jwk["x"]!.GetValue<string>());
        Assert.Equal(32, Base64Url.Decode(jwk["d"]!.GetValue<string>()).Length);

        await keeper.CreateAsync("web/kept", "ec-p256", "sealed");
        (await keeper.CallAsync("web/kept", "release", new() { ["to"] = "enc" })).IsRefused(422, "operation-unsupported");
        (await keeper.CallAsync("web/export", "release", new() { ["to"] = "enc", ["version"] = 2 })).IsRefused(404, "not-found");
        (await keeper.Machine.CallAsync("POST", "/v1/keys", """{"name":"web/no","type":"ec-p256","exportable":true}"""))
            .IsRefused(422, "operation-unsupported");
    }

    private static async Task RefusePeersAsync(Keeper keeper, string name, ECDiffieHellman good)
    {
        foreach (var peer in BadPeers.Of(good))
        {
            (await keeper.CallAsync(name, "agree", new() { ["peer"] = peer })).IsRefused(400, "request-malformed");
        }
    }

    private static JsonObject Jwk(ECDiffieHellman key) => BadPeers.Jwk(key.ExportParameters(false));

    private static string Encode(byte[] bytes) => Base64Url.Encode(bytes);
}
