using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-57: grants on what the machine itself, or another that is named, made.</summary>
public sealed class OwnerTermTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Sign = """{"alg":"ES256","message":"AAEC"}""";
    private const string Keys = """keys: ["gt/*"], allow: [create, read, sign, rotate], createdBy: self""";
    private const string Secrets = """secrets: ["gt/*"], allow: [seal, read, release], createdBy: self""";

    [Fact]
    public async Task What_somebody_else_made_is_not_told_from_what_is_not_there()
    {
        using var mine = await MachineAsync(broker, Keys, Secrets);
        using var other = await MachineAsync(broker, Keys, Secrets);
        var name = "gt/" + Guid.NewGuid().ToString("N");
        await CreateAsync(mine, name, "ec-p256");
        Assert.Equal(200, (await UseAsync(mine, name, "sign", Sign)).Status);
        Assert.Equal(200, (await UseAsync(mine, name, "rotate", "{}")).Status);

        var (taken, absent) = (await UseAsync(other, name, "sign", Sign), await UseAsync(other, name + "x", "sign", Sign));
        taken.IsRefused(404, "not-found");
        absent.IsRefused(404, "not-found");
        Assert.Equal($"{taken.Json["detail"]}", $"{absent.Json["detail"]}");
        (await UseAsync(other, name, "rotate", "{}")).IsRefused(404, "not-found");
        (await other.CallAsync("GET", $"/v1/keys/{Uri.EscapeDataString(name)}")).IsRefused(404, "not-found");
        Assert.Empty((await other.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());
        Assert.Single((await mine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());
    }

    [Fact]
    public async Task What_a_named_machine_made_is_for_those_who_are_told_so()
    {
        using var maker = await MachineAsync(broker, """keys: ["gt/*"], allow: [create, read], ownerOnly: true""");
        using var user = await MachineAsync(broker, $"keys: [\"gt/*\"], allow: [create, sign], createdBy: [{maker.Id}]");
        using var stranger = await MachineAsync(broker, $"keys: [\"gt/*\"], allow: [sign], createdBy: {user.Id}");
        var (name, administrators) = ("gt/" + Guid.NewGuid().ToString("N"), "gt/" + Guid.NewGuid().ToString("N"));
        await CreateAsync(maker, name, "ec-p256");
        await broker.AdministerAsync("keys", $$"""{"name":"{{administrators}}","type":"ec-p256"}""");

        Assert.Equal(200, (await UseAsync(user, name, "sign", Sign)).Status);
        (await UseAsync(maker, name, "sign", Sign)).IsRefused(403, "operation-denied");
        (await UseAsync(stranger, name, "sign", Sign)).IsRefused(404, "not-found");
        (await UseAsync(user, administrators, "sign", Sign)).IsRefused(404, "not-found");

        // What it makes itself is not the maker's, so it may not make it.
        (await user.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}-2","type":"ec-p256"}""")).IsRefused(403, "operation-denied");
    }

    [Fact]
    public async Task A_secret_belongs_to_whoever_sealed_it_first()
    {
        using var mine = await MachineAsync(broker, Keys, Secrets);
        using var other = await MachineAsync(broker, Keys, Secrets);
        var path = "/v1/secrets/gt%2F" + Guid.NewGuid().ToString("N");

        // All at once: one of the two made it, and the other has no part in it.
        var answers = await Task.WhenAll(
            mine.CallAsync("PUT", path, """{"value":"AAEC"}"""), other.CallAsync("PUT", path, """{"value":"AAED"}"""));
        Assert.Equal([201, 403], answers.Select(answer => answer.Status).Order());
        var (owner, stranger) = answers[0].Status == 201 ? (mine, other) : (other, mine);
        Assert.Equal(201, (await owner.CallAsync("PUT", path, """{"value":"AAEE"}""")).Status);
        (await stranger.CallAsync("PUT", path, """{"value":"AAEC"}""")).IsRefused(403, "operation-denied");
        (await stranger.CallAsync("POST", path + "/release", """{"to":"enc"}""")).IsRefused(404, "not-found");
        Assert.Equal(200, (await owner.CallAsync("POST", path + "/release", """{"to":"enc"}""")).Status);
        Assert.Empty((await stranger.CallAsync("GET", "/v1/secrets")).Json["result"]!["items"]!.AsArray());
    }
}
