using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>A broker with a key of every kind for every pair of states, brought there by administrators and by time.</summary>
public sealed class LifeCycleBroker : IAsyncLifetime
{
    /// <summary>The kind of EC keys that agree; the others go by their type.</summary>
    public const string Agreement = "agreement";

    private static readonly TimeSpan s_wait = TimeSpan.FromHours(25);
    private readonly MovedClock _clock = new();
    private readonly Dictionary<(string Kind, string Version, string Key), ArrangedKey> _arranged = [];
    private RunningBroker? _broker;
    private SoftwareMachine? _machine;
    private int _count;

    internal RunningBroker Broker => _broker!;

    internal SoftwareMachine Machine => _machine!;

    internal ArrangedKey this[string kind, string version, string key] => _arranged[(kind, version, key)];

    public async ValueTask InitializeAsync()
    {
        _broker = await RunningBroker.StartAsync(_clock, "--KeyBroker:TokenLifetime=1h");
        _broker.WritePolicy(
            "life", SoftwareMachine.GoodRegister,
            "create, read, sign, verify, encrypt, decrypt, mac, mac-verify, wrap, unwrap, data-key, rewrap, agree, release, rotate");
        await _broker.AdministerAsync("policies/reload");
        _machine = await SoftwareMachine.AttestedAsync(_broker, "life");
        var states = LifeTable.Read(1);
        foreach (var (version, key) in states.Rows.SelectMany(row => states.Columns.Select(column => (row, column))))
        {
            foreach (var kind in new[] { "ec-p256", "aes-256", "hmac-sha256", Agreement })
            {
                _arranged[(kind, version, key)] = await BringVersionAsync(await MakeAsync(kind), version);
            }
        }

        await PassAsync(); // Destroys the versions that are to be.
        foreach (var ((_, _, state), key) in _arranged)
        {
            await BringKeyAsync(key, state == "destroyed" ? "pending-deletion" : "active");
        }

        await PassAsync();
        foreach (var ((_, version, state), key) in _arranged)
        {
            await (version == "pending-deletion" && state != "destroyed" ? DoAsync(key, "destroy", $$"""{"version":{{key.Version}}}""") : Task.CompletedTask);
            await BringKeyAsync(key, state == "destroyed" ? "active" : state);
        }
    }

    /// <summary>A key of one's own, in states that no time has to pass for.</summary>
    internal async Task<ArrangedKey> FreshAsync(string kind, string version, string state)
    {
        var key = await BringVersionAsync(await MakeAsync(kind), version);
        await (version == "pending-deletion" ? DoAsync(key, "destroy", $$"""{"version":{{key.Version}}}""") : Task.CompletedTask);
        await BringKeyAsync(key, state);
        return key;
    }

    internal async Task<JsonNode> DoAsync(ArrangedKey key, string verb, string body = "{}") =>
        await Broker.AdministerAsync($"{key.AdminPath}/{verb}", body);

    internal async Task<Answer> TryAsync(ArrangedKey key, string verb, string body = "{}")
    {
        using var answer = await Broker.Admin.PostAsync(
            $"/v1/admin/{key.AdminPath}/{verb}", new StringContent(body, Encoding.UTF8, "application/json"));
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }

    /// <summary>Without what goes down by itself.</summary>
    internal async Task<JsonNode> ShowAsync(ArrangedKey key)
    {
        var shown = JsonNode.Parse(await Broker.Admin.GetStringAsync("/v1/admin/" + key.AdminPath))!;
        (shown["destruction"] as JsonObject)?.Remove("remaining");
        return shown;
    }

    public async ValueTask DisposeAsync()
    {
        _machine?.Dispose();
        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task<ArrangedKey> MakeAsync(string kind)
    {
        var key = new ArrangedKey(kind, $"web/k{++_count}");
        var design = kind switch
        {
            Agreement => "\"type\":\"ec-p256\",\"operations\":[\"agree\"]",
            "aes-256" => "\"type\":\"aes-256\",\"exportable\":true",
            _ => $"\"type\":\"{kind}\"",
        };
        Assert.Equal(201, (await Machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{key.Name}}",{{design}}}""")).Status);
        if (kind == Agreement)
        {
            return key;
        }

        var (verb, body, member) = kind switch
        {
            "ec-p256" => ("sign", """{"alg":"ES256","message":"AA"}""", "signature"),
            "aes-256" => ("encrypt", """{"plaintext":"AA"}""", "ciphertext"),
            _ => ("mac", """{"message":"AA"}""", "mac"),
        };
        var made = (await Machine.CallAsync("POST", $"{key.Path}/{verb}", body)).Json["result"]![member]!.GetValue<string>();
        return kind == "aes-256"
            ? key with { Made = made, Wrapped = (await Machine.CallAsync("POST", $"{key.Path}/wrap", """{"key":"AAAA"}""")).Json["result"]!["wrapped"]!.GetValue<string>() }
            : key with { Made = made };
    }

    /// <summary>But for a version that waits for its destruction: planned too early it would be destroyed by now.</summary>
    private async Task<ArrangedKey> BringVersionAsync(ArrangedKey key, string state)
    {
        if (state is "too-old" or "pending-deletion" or "destroyed")
        {
            await DoAsync(key, "rotate");
            key = key with { IsPrimary = false };
        }

        await (state switch
        {
            "pre-active" => DoAsync(key, "rotate", """{"activate":false}"""),
            "suspended" => DoAsync(key, "suspend", """{"version":1}"""),
            "deactivated" => DoAsync(key, "deactivate", """{"version":1}"""),
            "too-old" => DoAsync(key, "settings", """{"minDecryptVersion":2}"""),
            "compromised" => DoAsync(key, "revoke", """{"reason":"key-compromise","version":1}"""),
            "destroyed" => DoAsync(key, "destroy", """{"version":1,"after":"24h"}"""),
            _ => Task.FromResult<JsonNode>(null!),
        });
        return state == "pre-active" ? key with { Version = 2, IsPrimary = false } : key;
    }

    private async Task BringKeyAsync(ArrangedKey key, string state)
    {
        if (state is "suspended" or "pending-deletion")
        {
            await DoAsync(key, "suspend");
        }

        if (state == "pending-deletion")
        {
            await DoAsync(key, "destroy", """{"after":"24h"}""");
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
