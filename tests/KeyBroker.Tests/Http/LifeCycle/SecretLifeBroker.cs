using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>A broker with a secret for every pair of states, brought there by administrators and by time.</summary>
public sealed class SecretLifeBroker : IAsyncLifetime
{
    /// <summary>A secret's next version is never made ahead of time.</summary>
    internal const string NotOfSecrets = "pre-active";

    private static readonly TimeSpan s_wait = TimeSpan.FromHours(25);
    private readonly MovedClock _clock = new();
    private readonly Dictionary<(string Version, string Secret), ArrangedSecret> _arranged = [];
    private RunningBroker? _broker;
    private SoftwareMachine? _machine;
    private int _count;

    internal RunningBroker Broker => _broker!;

    internal SoftwareMachine Machine => _machine!;

    internal ArrangedSecret this[string version, string state] => _arranged[(version, state)];

    public async ValueTask InitializeAsync()
    {
        _broker = await RunningBroker.StartAsync(_clock, "--KeyBroker:TokenLifetime=1h");
        _machine = await SoftwareMachine.AttestedAsync(_broker);
        var states = LifeTable.Read(1);
        foreach (var (version, state, _) in states.Cells.Where(cell => cell.Row != NotOfSecrets))
        {
            _arranged[(version, state)] = await BringVersionAsync(await PutAsync(new ArrangedSecret($"web/s{++_count}")), version);
        }

        await PassAsync(); // Destroys the versions that are to be.
        foreach (var ((_, state), secret) in _arranged)
        {
            await BringAsync(secret, state == "destroyed" ? "pending-deletion" : "active");
        }

        await PassAsync();
        foreach (var ((version, state), secret) in _arranged)
        {
            await (version == "pending-deletion" && state != "destroyed" ? DoAsync(secret, "destroy", """{"version":1}""") : Task.CompletedTask);
            await BringAsync(secret, state == "destroyed" ? "active" : state);
        }
    }

    /// <summary>A secret of one's own, in states that no time has to pass for.</summary>
    internal async Task<ArrangedSecret> FreshAsync(string version, string state)
    {
        var secret = await BringVersionAsync(await PutAsync(new ArrangedSecret($"web/s{++_count}")), version);
        await (version == "pending-deletion" ? DoAsync(secret, "destroy", """{"version":1}""") : Task.CompletedTask);
        await BringAsync(secret, state);
        return secret;
    }

    internal async Task<ArrangedSecret> PutAsync(ArrangedSecret secret)
    {
        Assert.Equal(201, (await Machine.CallAsync("PUT", secret.Path, """{"generate":{"bytes":32}}""")).Status);
        return secret;
    }

    internal async Task<JsonNode> DoAsync(ArrangedSecret secret, string verb, string body = "{}") =>
        await Broker.AdministerAsync($"{secret.AdminPath}/{verb}", body);

    internal async Task<Answer> TryAsync(ArrangedSecret secret, string verb, string body = "{}")
    {
        using var answer = await Broker.Admin.PostAsync(
            $"/v1/admin/{secret.AdminPath}/{verb}", new StringContent(body, Encoding.UTF8, "application/json"));
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }

    /// <summary>Without what goes down by itself.</summary>
    internal async Task<JsonNode> ShowAsync(ArrangedSecret secret)
    {
        var shown = JsonNode.Parse(await Broker.Admin.GetStringAsync("/v1/admin/" + secret.AdminPath))!;
        (shown["destruction"] as JsonObject)?.Remove("remaining");
        return shown;
    }

    public async ValueTask DisposeAsync()
    {
        _machine?.Dispose();
        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>But for a version that waits for its destruction: planned too early it would be destroyed by now.</summary>
    private async Task<ArrangedSecret> BringVersionAsync(ArrangedSecret secret, string state)
    {
        if (state is "too-old" or "pending-deletion" or "destroyed")
        {
            secret = await PutAsync(secret) with { IsPrimary = false };
        }

        await (state switch
        {
            "suspended" => DoAsync(secret, "suspend", """{"version":1}"""),
            "deactivated" => DoAsync(secret, "deactivate", """{"version":1}"""),
            "too-old" => DoAsync(secret, "settings", """{"minVersion":2}"""),
            "compromised" => DoAsync(secret, "revoke", """{"reason":"key-compromise","version":1}"""),
            "destroyed" => DoAsync(secret, "destroy", """{"version":1,"after":"24h"}"""),
            _ => Task.FromResult<JsonNode>(null!),
        });
        return secret;
    }

    private async Task BringAsync(ArrangedSecret secret, string state)
    {
        if (state is "suspended" or "pending-deletion")
        {
            await DoAsync(secret, "suspend");
        }

        if (state == "pending-deletion")
        {
            await DoAsync(secret, "destroy", """{"after":"24h"}""");
        }
    }

    /// <summary>Lets a wait end: the first look begins to count, the second one ends it.</summary>
    private async Task PassAsync()
    {
        var housekeeping = Broker.Application.Services.GetRequiredService<ItemHousekeeping>();
        await housekeeping.LookAsync(CancellationToken.None);
        _clock.Pass(s_wait);
        await housekeeping.LookAsync(CancellationToken.None);
        Machine.Ahead += s_wait;
        Machine.Token = (await Machine.AttestAsync()).Json["token"]!.GetValue<string>();
    }
}
