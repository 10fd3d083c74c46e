using KeyBroker.Attestation;
using KeyBroker.Vault;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>Tables 1, 5, 6 and 7 of specs/life-cycle.md, of secrets: every state under every verb of machines and administrators.</summary>
public sealed class SecretTableTests(SecretLifeBroker broker) : IClassFixture<SecretLifeBroker>
{
    private static readonly LifeTable s_states = LifeTable.Read(1);
    private static readonly LifeTable s_uses = LifeTable.Read(5);
    private static readonly LifeTable s_secrets = LifeTable.Read(6);
    private static readonly LifeTable s_versions = LifeTable.Read(7);

    public static TheoryData<string, string> States =>
        [.. s_states.Cells.Where(cell => cell.Row != SecretLifeBroker.NotOfSecrets).Select(cell => (cell.Row, cell.Column))];

    public static TheoryData<string, string, string> Uses =>
        [.. s_states.Cells.Where(cell => cell.Row != SecretLifeBroker.NotOfSecrets)
            .SelectMany(cell => s_uses.Rows.Select(verb => (cell.Row, cell.Column, verb)))];

    public static TheoryData<string, string> OfSecrets => [.. s_secrets.Cells.Select(cell => (cell.Row, cell.Column))];

    public static TheoryData<string, string> OfVersions => [.. s_versions.Cells.Select(cell => (cell.Row, cell.Column))];

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_stricter_state_holds(string version, string state)
    {
        var secret = broker[version, state];
        var shown = await broker.ShowAsync(secret);
        Assert.Equal(state, (string)shown["state"]!);
        Assert.Equal(s_states[version, state].Replace("too-old", "deactivated"), (string)shown["versions"]![0]!["state"]!);
        var read = await broker.Machine.CallAsync("GET", secret.Path);
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
        var (secret, expected) = (broker[version, state], s_uses[verb, s_states[version, state]]);
        if (!secret.IsPrimary && verb != "release")
        {
            // No call names this version for this verb.
            var record = broker.Broker.Application.Services.GetRequiredService<SecretVault>().Find(secret.Name)!;
            var refusal = Record.Exception(() => KeyLifeCycle.Check(record, record.Version(1)!, verb));
            Assert.Equal(expected == "yes" ? null : int.Parse(expected), (refusal as DeniedException)?.Status);
            return;
        }

        var answer = await CallAsync(verb == "seal" && expected == "yes" ? await broker.FreshAsync(version, state) : secret, verb);
        if (expected == "yes")
        {
            Assert.True(answer.Status is 200 or 201, answer.Text);
            return;
        }

        answer.IsRefused(int.Parse(expected), expected == "409" ? "key-state" : "destroyed");
        if (expected == "409")
        {
            Assert.Equal(s_states[version, state].Replace("too-old", "deactivated"), (string)answer.Json["state"]!);
            Assert.DoesNotContain(verb, answer.Json["allowed"]!.AsArray().Select(allowed => (string)allowed!));
        }
    }

    [Theory]
    [MemberData(nameof(OfSecrets))]
    public async Task A_verb_does_to_the_secret_what_the_table_says(string row, string state)
    {
        var expected = s_secrets[row, state];
        var version = row == "destroy-revoked" ? "compromised" : "active";
        var secret = state == "destroyed" ? broker["active", state] : await broker.FreshAsync(version, state is "pending-deletion" ? "active" : state);
        if (state != "destroyed")
        {
            await PrepareAsync(secret, row, state);
        }

        if (await ChangesAsync(secret, row.Split('-')[0], expected, row.StartsWith("revoke", StringComparison.Ordinal) ? """{"reason":"key-compromise"}""" : "{}"))
        {
            Assert.Equal(expected == "yes" ? state : expected[2..], (string)(await broker.ShowAsync(secret))["state"]!);
        }
    }

    [Theory]
    [MemberData(nameof(OfVersions))]
    public async Task A_verb_does_to_a_version_what_the_table_says(string row, string state)
    {
        var expected = s_versions[row, state];
        var secret = state switch
        {
            "destroyed" => broker["destroyed", "active"],
            "suspended" or "deactivated" or "compromised" => await RetiredAsync(state),
            _ => await broker.FreshAsync(state, "active"),
        };
        var body = row switch
        {
            "revoke-compromise" => """{"version":1,"reason":"ca-compromise","compromiseDate":"2026-01-02T03:04:05Z"}""",
            "revoke-other" => """{"version":1,"reason":"superseded"}""",
            _ => """{"version":1}""",
        };
        if (await ChangesAsync(secret, row.Split('-')[0], expected, body))
        {
            var after = await broker.ShowAsync(secret);
            Assert.Equal(expected[2..], (string)after["versions"]![0]!["state"]!);
            Assert.Equal("active", (string)after["state"]!);
        }
    }

    /// <summary>Whether it was done; where it is refused nothing is changed.</summary>
    private async Task<bool> ChangesAsync(ArrangedSecret secret, string verb, string expected, string body)
    {
        var before = await broker.ShowAsync(secret);
        var answer = await broker.TryAsync(secret, verb, body);
        if (expected is not ("409" or "410"))
        {
            Assert.True(answer.Status == 200, answer.Text);
            return true;
        }

        answer.IsRefused(int.Parse(expected), expected == "409" ? "key-state" : "destroyed");
        Assert.Equal(before.ToJsonString(), (await broker.ShowAsync(secret)).ToJsonString());
        return false;
    }

    private Task<Answer> CallAsync(ArrangedSecret secret, string verb) => verb switch
    {
        "release" => broker.Machine.CallAsync("POST", secret.Path + "/release", """{"to":"enc","version":1}"""),
        "seal" => broker.Machine.CallAsync("PUT", secret.Path, """{"value":"AA"}"""),
        "read" => broker.Machine.CallAsync("GET", secret.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "a verb without a call"),
    };

    private async Task PrepareAsync(ArrangedSecret secret, string row, string state)
    {
        if (state == "pending-deletion")
        {
            await broker.DoAsync(secret, "suspend");
            await broker.DoAsync(secret, "destroy");
        }

        if (row is "destroy-held" or "unhold" or "hold-held")
        {
            await broker.DoAsync(secret, "hold", """{"reason":"case 7"}""");
        }

        if (row == "destroy-protected" && state != "pending-deletion")
        {
            await broker.DoAsync(secret, "settings", """{"deletionProtection":true}""");
        }
    }

    /// <summary>Version 1 after another took its place.</summary>
    private async Task<ArrangedSecret> RetiredAsync(string state)
    {
        var secret = await broker.PutAsync(await broker.FreshAsync("active", "active"));
        await (state switch
        {
            "suspended" => broker.DoAsync(secret, "suspend", """{"version":1}"""),
            "compromised" => broker.DoAsync(secret, "revoke", """{"version":1,"reason":"key-compromise"}"""),
            _ => Task.CompletedTask,
        });
        return secret;
    }
}
