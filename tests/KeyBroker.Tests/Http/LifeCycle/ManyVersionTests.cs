using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>KEY-11: a use reads what it needs, so that a row of another version, here one that somebody edited, is nothing to it.</summary>
public sealed class ManyVersionTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task A_use_of_a_key_reads_the_primary_version_and_the_one_it_names()
    {
        broker.WritePolicy("many", SoftwareMachine.GoodRegister, "encrypt, decrypt, rewrap, rotate");
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker, "many");
        await broker.AdministerAsync("keys", """{"name":"web/many","type":"aes-256"}""");
        var first = await EncryptAsync(machine);
        await broker.AdministerAsync("keys/web%2Fmany/rotate");
        var second = await EncryptAsync(machine);
        await broker.AdministerAsync("keys/web%2Fmany/rotate");
        new BrokerStore(broker).Execute(
            "UPDATE key_versions SET created_at = created_at + 1 WHERE version = 1 AND key_id = (SELECT id FROM keys WHERE name = 'web/many')");

        Assert.StartsWith("kb:v3:", await EncryptAsync(machine), StringComparison.Ordinal);
        Assert.Equal(200, (await UseAsync(machine, "decrypt", second)).Status);
        Assert.Equal(200, (await UseAsync(machine, "rewrap", second)).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fmany/rotate")).Status);
        (await UseAsync(machine, "decrypt", first)).IsRefused(503, "store-unavailable");
        (await UseAsync(machine, "decrypt", "kb:v9:AAAA")).IsRefused(400, "ciphertext-invalid");
    }

    [Fact]
    public async Task A_release_of_a_secret_reads_the_newest_version_and_the_one_it_names()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        machine.Token = (await machine.AttestAsync(evidence => evidence)).Json["token"]!.GetValue<string>();
        for (var version = 0; version < 3; version++)
        {
            Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/web%2Fmany", """{"value":"AAEC"}""")).Status);
        }

        new BrokerStore(broker).Execute(
            "UPDATE secret_versions SET created_at = created_at + 1 WHERE version = 1 AND secret_id = (SELECT id FROM secrets WHERE name = 'web/many')");
        Assert.Equal(200, (await ReleaseAsync(machine, "")).Status);
        Assert.Equal(200, (await ReleaseAsync(machine, ""","version":2""")).Status);
        Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/web%2Fmany", """{"value":"AAEC"}""")).Status);
        (await ReleaseAsync(machine, ""","version":1""")).IsRefused(503, "store-unavailable");
        (await ReleaseAsync(machine, ""","version":9""")).IsRefused(404, "not-found");
        (await machine.CallAsync("GET", "/v1/secrets/web%2Fmany")).IsRefused(503, "store-unavailable");
    }

    private static async Task<string> EncryptAsync(SoftwareMachine machine) =>
        (string)(await machine.CallAsync("POST", "/v1/keys/web%2Fmany/encrypt", """{"plaintext":"AA"}""")).Json["result"]!["ciphertext"]!;

    private static Task<Answer> UseAsync(SoftwareMachine machine, string verb, string ciphertext) =>
        machine.CallAsync("POST", "/v1/keys/web%2Fmany/" + verb, $$"""{"ciphertext":"{{ciphertext}}"}""");

    private static Task<Answer> ReleaseAsync(SoftwareMachine machine, string version) =>
        machine.CallAsync("POST", "/v1/secrets/web%2Fmany/release", $$"""{"to":"enc"{{version}}}""");
}
