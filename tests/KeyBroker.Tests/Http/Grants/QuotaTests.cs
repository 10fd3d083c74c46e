using KeyBroker.Administration;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>KEY-10: how much one machine may make.</summary>
public sealed class QuotaTests
{
    private static readonly string[] s_grants = ["""keys: ["gt/*"], allow: [create, rotate]""", """secrets: ["gt/*"], allow: [seal]"""];

    [Fact]
    public async Task A_machine_makes_as_much_as_its_quota_also_where_it_asks_all_at_once()
    {
        await using var broker = await RunningBroker.StartAsync(
            "--KeyBroker:Quotas:KeysPerMachine=3", "--KeyBroker:Quotas:SecretsPerMachine=2", "--KeyBroker:Quotas:VersionsPerKey=2");
        using var machine = await MachineAsync(broker, s_grants);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => KeyAsync(machine, $"gt/k{number}")));
        Assert.Equal(3, made.Count(answer => answer.Status == 201));
        Assert.All(made.Where(answer => answer.Status != 201), answer => answer.IsRefused(403, "operation-denied"));

        var sealedOnes = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => SealAsync(machine, $"gt%2Fs{number}")));
        Assert.Equal(2, sealedOnes.Count(answer => answer.Status == 201));
        var kept = Array.FindIndex(sealedOnes, answer => answer.Status == 201);
        Assert.Equal(201, (await SealAsync(machine, $"gt%2Fs{kept}")).Status);

        var key = $"gt/k{Array.FindIndex(made, answer => answer.Status == 201)}";
        Assert.Equal(200, (await UseAsync(machine, key, "rotate", "{}")).Status);
        (await UseAsync(machine, key, "rotate", "{}")).IsRefused(403, "operation-denied");

        // Each machine for itself.
        using var other = await MachineAsync(broker, s_grants);
        Assert.Equal(201, (await KeyAsync(other, "gt/other")).Status);
    }

    [Fact]
    public async Task A_secret_that_was_destroyed_is_not_counted_and_the_versions_of_one_are()
    {
        var clock = new MovedClock();
        await using var broker = await RunningBroker.StartAsync(
            clock, "--KeyBroker:Quotas:SecretsPerMachine=2", "--KeyBroker:Quotas:VersionsPerSecret=3", "--KeyBroker:TokenLifetime=1h");
        using var machine = await MachineAsync(broker, s_grants);
        Assert.Equal([201, 201, 201], await StatusesAsync(machine, "gt%2Fone", 3));
        (await SealAsync(machine, "gt%2Fone")).IsRefused(403, "operation-denied");
        Assert.Equal([201], await StatusesAsync(machine, "gt%2Ftwo", 1));
        (await SealAsync(machine, "gt%2Fthree")).IsRefused(403, "operation-denied");

        await broker.AdministerAsync("secrets/gt%2Ftwo/suspend");
        await broker.AdministerAsync("secrets/gt%2Ftwo/destroy", """{"after":"24h"}""");
        var housekeeping = broker.Application.Services.GetRequiredService<ItemHousekeeping>();
        await housekeeping.LookAsync(TestContext.Current.CancellationToken);
        clock.Pass(TimeSpan.FromHours(25));
        await housekeeping.LookAsync(TestContext.Current.CancellationToken);
        machine.Ahead += TimeSpan.FromHours(25);
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
        Assert.Equal([201], await StatusesAsync(machine, "gt%2Fthree", 1));
        (await SealAsync(machine, "gt%2Ftwo")).IsRefused(410, "destroyed");
    }

    private static async Task<List<int>> StatusesAsync(SoftwareMachine machine, string name, int times)
    {
        var statuses = new List<int>();
        for (var time = 0; time < times; time++)
        {
            statuses.Add((await SealAsync(machine, name)).Status);
        }

        return statuses;
    }

    private static Task<Answer> KeyAsync(SoftwareMachine machine, string name) =>
        machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"aes-256"}""");

    private static Task<Answer> SealAsync(SoftwareMachine machine, string name) =>
        machine.CallAsync("PUT", "/v1/secrets/" + name, """{"value":"AAEC"}""");
}
