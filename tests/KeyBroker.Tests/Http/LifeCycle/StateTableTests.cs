using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Tests.Http.Api;
using KeyBroker.Vault;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>Tables 1 and 2 of specs/life-cycle.md: every state of a version in every state of its key, under every verb of machines.</summary>
public sealed class StateTableTests(LifeCycleBroker broker) : IClassFixture<LifeCycleBroker>
{
    private static readonly LifeTable s_states = LifeTable.Read(1);
    private static readonly LifeTable s_uses = LifeTable.Read(2);

    public static TheoryData<string, string> States => [.. s_states.Cells.Select(cell => (cell.Row, cell.Column))];

    public static TheoryData<string, string, string> Uses =>
        [.. s_states.Cells.SelectMany(cell => s_uses.Rows.Select(verb => (cell.Row, cell.Column, verb)))];

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_stricter_state_holds(string version, string state)
    {
        var key = broker["ec-p256", version, state];
        var shown = await broker.ShowAsync(key);
        Assert.Equal(state, (string)shown["state"]!);
        Assert.Equal(s_states[version, state].Replace("too-old", "deactivated"), (string)shown["versions"]![key.Version - 1]!["state"]!);

        var read = await broker.Machine.CallAsync("GET", key.Path);
        if (state == "destroyed")
        {
            read.IsRefused(410, "destroyed");
            return;
        }

        Assert.Equal(200, read.Status);
        Assert.Equal(shown["versions"]!.ToJsonString(), read.Json["result"]!["versions"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task Each_verb_is_allowed_where_the_table_says_so(string version, string state, string verb)
    {
        var expected = s_uses[verb, s_states[version, state]];
        var kind = KindFor(verb);
        var key = broker[kind, version, state];
        if ((!key.IsPrimary && !NamesVersion(verb)) || (verb == "rewrap" && expected == "yes" && s_states[version, state] != "active" && key.IsPrimary))
        {
            // No call names this version for this verb; and what is rewrapped needs an active version to go to as well.
            Decide(broker["ec-p256", version, state], verb, expected);
            return;
        }

        var answer = await CallAsync(verb == "rotate" && expected == "yes" ? await broker.FreshAsync(kind, version, state) : key, verb);
        if (expected == "yes")
        {
            Assert.True(answer.Status == 200, answer.Text);
            Assert.NotEqual(false, (bool?)answer.Json["result"]!["valid"]);
            return;
        }

        answer.IsRefused(int.Parse(expected), expected == "409" ? "key-state" : "destroyed");
        if (expected == "409")
        {
            Assert.Equal(s_states[version, state].Replace("too-old", "deactivated"), (string)answer.Json["state"]!);
            Assert.DoesNotContain(verb, answer.Json["allowed"]!.AsArray().Select(allowed => (string)allowed!));
        }
    }

    private static string KindFor(string verb) => verb switch
    {
        "sign" or "verify" or "rotate" or "read" or "attestation" => "ec-p256",
        "agree" => LifeCycleBroker.Agreement,
        "encrypt" or "decrypt" or "wrap" or "unwrap" or "data-key" or "rewrap" or "release" => "aes-256",
        "mac" or "mac-verify" => "hmac-sha256",
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "a verb without a kind of key"),
    };

    private static bool NamesVersion(string verb) =>
        verb is "sign" or "verify" or "decrypt" or "unwrap" or "rewrap" or "agree" or "release" or "attestation";

    private Task<Answer> CallAsync(ArrangedKey key, string verb) => verb switch
    {
        "sign" => PostAsync(key, verb, $$"""{"alg":"ES256","message":"AA","version":{{key.Version}}}"""),
        "verify" => PostAsync(key, verb, $$"""{"alg":"ES256","message":"AA","signature":"{{key.Made}}","version":{{key.Version}}}"""),
        "encrypt" => PostAsync(key, verb, """{"plaintext":"AA"}"""),
        "decrypt" or "rewrap" => PostAsync(key, verb, new JsonObject { ["ciphertext"] = OfVersion(key, key.Made) }.ToJsonString()),
        "wrap" => PostAsync(key, verb, """{"key":"AAAA"}"""),
        "unwrap" => PostAsync(key, verb, new JsonObject { ["wrapped"] = OfVersion(key, key.Wrapped) }.ToJsonString()),
        "data-key" => PostAsync(key, verb, "{}"),
        "agree" => PostAsync(key, verb, $$"""{"peer":{{ApiWalk.Peer}},"version":{{key.Version}}}"""),
        "release" => PostAsync(key, verb, $$"""{"to":"enc","version":{{key.Version}}}"""),
        "attestation" => broker.Machine.CallAsync("GET", $"{key.Path}/attestation?version={key.Version}"),
        "mac" => PostAsync(key, verb, """{"message":"AA"}"""),
        "mac-verify" => PostAsync(key, verb, $$"""{"message":"AA","mac":"{{key.Made}}"}"""),
        "read" => broker.Machine.CallAsync("GET", key.Path),
        "rotate" => PostAsync(key, verb, "{}"),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "a verb without a call"),
    };

    private static string OfVersion(ArrangedKey key, string text) => text.Replace("kb:v1:", $"kb:v{key.Version}:", StringComparison.Ordinal);

    private Task<Answer> PostAsync(ArrangedKey key, string verb, string body) => broker.Machine.CallAsync("POST", $"{key.Path}/{verb}", body);

    private void Decide(ArrangedKey key, string verb, string expected)
    {
        var record = broker.Broker.Application.Services.GetRequiredService<KeyVault>().Find(key.Name)!;
        var refusal = Record.Exception(() => KeyLifeCycle.Check(record, record.Version(key.Version)!, verb));
        Assert.Equal(expected == "yes" ? null : int.Parse(expected), (refusal as DeniedException)?.Status);
    }
}
