using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Testing;
using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-52, POL-55 and POL-56: windows of time, and how fresh the attestation must be.</summary>
public sealed class TimeTermTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Sign = """{"alg":"ES256","message":"AAEC"}""";

    [Fact]
    public async Task Outside_its_window_a_grant_is_as_if_it_were_not_there()
    {
        var clock = new SteppedClock();
        await using var own = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=300s");
        var role = "window";
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var window = $"notBefore: {Iso(now.AddMinutes(10))}, notAfter: {Iso(now.AddMinutes(20))}";
        await WriteAsync(
            own, role, """keys: ["gt/in/*"], allow: [create]""",
            $$"""keys: ["gt/in/*"], allow: [sign], {{window}}""", $$"""keys: ["gt/out/*"], allow: [sign], {{window}}""");
        using var machine = await SoftwareMachine.AttestedAsync(own, role);
        await CreateAsync(machine, "gt/in/k", "ec-p256");
        (await UseAsync(machine, "gt/in/k", "sign", Sign)).IsRefused(403, "operation-denied");
        (await UseAsync(machine, "gt/out/k", "sign", Sign)).IsRefused(404, "not-found");

        clock.Step(TimeSpan.FromMinutes(15));
        await AttestAgainAsync(machine, TimeSpan.FromMinutes(15));
        Assert.Equal(200, (await UseAsync(machine, "gt/in/k", "sign", Sign)).Status);
        (await UseAsync(machine, "gt/out/k", "sign", Sign)).IsRefused(404, "not-found");

        clock.Step(TimeSpan.FromMinutes(10));
        await AttestAgainAsync(machine, TimeSpan.FromMinutes(25));
        (await UseAsync(machine, "gt/in/k", "sign", Sign)).IsRefused(403, "operation-denied");
    }

    [Fact]
    public async Task A_token_may_be_too_old_for_one_grant_and_good_for_another()
    {
        var clock = new SteppedClock();
        await using var own = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=300s");
        await WriteAsync(
            own, "fresh", """keys: ["gt/*"], allow: [create, verify]""", """keys: ["gt/*"], allow: [sign, read], freshness: { token: 2m }""");
        using var machine = await SoftwareMachine.AttestedAsync(own, "fresh");
        await CreateAsync(machine, "gt/k", "ec-p256");
        Assert.Equal(200, (await UseAsync(machine, "gt/k", "sign", Sign)).Status);
        Assert.Single((await machine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());

        clock.Step(TimeSpan.FromMinutes(2));
        machine.Ahead = TimeSpan.FromMinutes(2);
        (await UseAsync(machine, "gt/k", "sign", Sign)).IsRefused(403, "operation-denied");
        Assert.Empty((await machine.CallAsync("GET", "/v1/keys")).Json["result"]!["items"]!.AsArray());
        var verify = $$"""{"alg":"ES256","message":"AAEC","signature":"{{new string('A', 86)}}"}""";
        Assert.Equal(200, (await UseAsync(machine, "gt/k", "verify", verify)).Status);

        await AttestAgainAsync(machine, TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await UseAsync(machine, "gt/k", "sign", Sign)).Status);
    }

    [Fact]
    public async Task A_quote_for_the_request_is_for_that_request_alone()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["gt/*"], allow: [create]""", """keys: ["gt/*"], allow: [sign], freshness: request""");
        await CreateAsync(machine, "gt/req", "ec-p256");
        (await UseAsync(machine, "gt/req", "sign", Sign)).IsRefused(403, "operation-denied");

        await AttestForAsync(machine, SHA256.HashData(Encoding.UTF8.GetBytes(Sign)));
        Assert.Equal(200, (await UseAsync(machine, "gt/req", "sign", Sign)).Status);
        (await UseAsync(machine, "gt/req", "sign", """{"alg":"ES256","message":"AAED"}""")).IsRefused(403, "operation-denied");
        (await UseAsync(machine, "gt/req", "sign", Sign + " ")).IsRefused(403, "operation-denied");

        // Nobody makes a kept quote one for another request.
        await AttestForAsync(machine, SHA256.HashData("another"u8));
        new BrokerStore(broker).Execute($"UPDATE attestations SET req = x'{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Sign)))}' WHERE machine = '{machine.Id}'");
        (await UseAsync(machine, "gt/req", "sign", Sign)).IsRefused(503, "store-unavailable");
        new BrokerStore(broker).Execute($"DELETE FROM attestations WHERE machine = '{machine.Id}'");

        // A digest of another length is none.
        (await machine.AttestAsync(evidence => evidence with { Request = new byte[31] })).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task A_quote_for_a_body_serves_every_name_that_takes_it_and_aad_tells_names_apart()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["gt/*"], allow: [create]""",
            """keys: ["gt/one"], allow: [encrypt], freshness: request, aad: one""", """keys: ["gt/two"], allow: [encrypt], freshness: request, aad: two""",
            """keys: ["gt/same-1"], allow: [encrypt], freshness: request""", """keys: ["gt/same-2"], allow: [encrypt], freshness: request""");
        foreach (var name in new[] { "gt/one", "gt/two", "gt/same-1", "gt/same-2" })
        {
            await CreateAsync(machine, name, "aes-256");
        }

        const string Body = """{"plaintext":"AAEC","aad":"b25l"}""";
        await AttestForAsync(machine, SHA256.HashData(Encoding.UTF8.GetBytes(Body)));
        Assert.Equal(200, (await UseAsync(machine, "gt/same-1", "encrypt", Body)).Status);
        Assert.Equal(200, (await UseAsync(machine, "gt/same-2", "encrypt", Body)).Status);
        Assert.Equal(200, (await UseAsync(machine, "gt/one", "encrypt", Body)).Status);
        (await UseAsync(machine, "gt/two", "encrypt", Body)).IsRefused(403, "operation-denied");
    }

    private static async Task AttestAgainAsync(SoftwareMachine machine, TimeSpan ahead)
    {
        machine.Ahead = ahead;
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
    }

    private static async Task AttestForAsync(SoftwareMachine machine, byte[] request) =>
        machine.Token = (await machine.AttestAsync(evidence => evidence with { Request = request })).Json["token"]!.GetValue<string>();

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
