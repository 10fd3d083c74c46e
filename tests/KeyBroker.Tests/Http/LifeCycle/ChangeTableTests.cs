using System.Text;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>Tables 3 and 4 of specs/life-cycle.md: every administrative verb, on a key and on a version in every state.</summary>
public sealed class ChangeTableTests(LifeCycleBroker broker) : IClassFixture<LifeCycleBroker>
{
    private const string Kind = "aes-256";
    private static readonly LifeTable s_keys = LifeTable.Read(3);
    private static readonly LifeTable s_versions = LifeTable.Read(4);

    public static TheoryData<string, string> OfKeys => [.. s_keys.Cells.Select(cell => (cell.Row, cell.Column))];

    public static TheoryData<string, string> OfVersions => [.. s_versions.Cells.Select(cell => (cell.Row, cell.Column))];

    [Theory]
    [MemberData(nameof(OfKeys))]
    public async Task A_verb_does_to_the_key_what_the_table_says(string row, string state)
    {
        var (verb, expected) = (row.Split('-')[0], s_keys[row, state]);
        var version = row switch { "activate" => "pre-active", "destroy-revoked" => "compromised", "destroy-retired" => "deactivated", _ => "active" };
        var key = state == "destroyed" ? broker[Kind, "active", state] : await broker.FreshAsync(Kind, version, state is "pending-deletion" ? "active" : state);
        if (state != "destroyed")
        {
            await PrepareAsync(key, row, state);
        }

        var before = await broker.ShowAsync(key);
        var answer = await broker.TryAsync(key, verb, verb == "revoke" ? """{"reason":"key-compromise"}""" : "{}");
        var after = await broker.ShowAsync(key);
        if (expected is "409" or "410")
        {
            answer.IsRefused(int.Parse(expected), expected == "409" ? "key-state" : "destroyed");
            Assert.Equal(before.ToJsonString(), after.ToJsonString());
            return;
        }

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(expected == "yes" ? state : expected[2..], (string)after["state"]!);
        Assert.Equal((string)after["state"]!, (string)answer.Json["state"]!);
    }

    [Theory]
    [MemberData(nameof(OfVersions))]
    public async Task A_verb_does_to_a_version_what_the_table_says(string row, string state)
    {
        var (verb, expected) = (row.Split('-')[0], s_versions[row, state]);
        var key = state switch
        {
            "destroyed" => broker[Kind, "destroyed", "active"],
            "suspended" or "deactivated" or "compromised" => await RetiredAsync(state),
            _ => await broker.FreshAsync(Kind, state, "active"),
        };
        var body = row switch
        {
            "revoke-compromise" => $$"""{"version":{{key.Version}},"reason":"ca-compromise","compromiseDate":"2026-01-02T03:04:05Z"}""",
            "revoke-other" => $$"""{"version":{{key.Version}},"reason":"superseded"}""",
            _ => $$"""{"version":{{key.Version}}}""",
        };
        var before = await broker.ShowAsync(key);
        var answer = await broker.TryAsync(key, verb, body);
        var after = await broker.ShowAsync(key);
        if (expected is "409" or "410")
        {
            answer.IsRefused(int.Parse(expected), expected == "409" ? "key-state" : "destroyed");
            Assert.Equal(before.ToJsonString(), after.ToJsonString());
            return;
        }

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(expected[2..], (string)after["versions"]![key.Version - 1]!["state"]!);
        Assert.Equal("active", (string)after["state"]!);
        Assert.True(after["versions"]!.AsArray().Count(version => (string)version!["state"]! == "active") <= 1);
    }

    [Theory]
    [InlineData("resume", "active")]
    [InlineData("activate", "active")]
    [InlineData("cancel", "active")]
    [InlineData("destroy", "pre-active")]
    [InlineData("deactivate", "pre-active")]
    [InlineData("suspend", "pre-active")]
    public async Task What_is_refused_of_a_version_names_the_state_that_holds(string verb, string version)
    {
        var key = await broker.FreshAsync(Kind, version, "suspended"); // LIF-31
        var answer = await broker.TryAsync(key, verb, $$"""{"version":{{key.Version}}}""");
        answer.IsRefused(409, "key-state");
        Assert.Equal("suspended", (string)answer.Json["state"]!);
        Assert.Equal(["attestation", "read"], answer.Json["allowed"]!.AsArray().Select(allowed => (string)allowed!).Order());

        await broker.DoAsync(key, "revoke", $$"""{"version":{{key.Version}},"reason":"key-compromise"}""");
        var stricter = await broker.TryAsync(key, "suspend", $$"""{"version":{{key.Version}}}""");
        Assert.Equal("compromised", (string)stricter.Json["state"]!);
    }

    [Fact]
    public async Task What_is_destroyed_is_gone_whatever_the_tag() // LIF-19
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"/v1/admin/{broker[Kind, "active", "destroyed"].AdminPath}/suspend")
        { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        using var answer = await broker.Broker.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "").IsRefused(410, "destroyed");
    }

    private async Task PrepareAsync(ArrangedKey key, string row, string state)
    {
        if (state == "pending-deletion")
        {
            await broker.DoAsync(key, "suspend");
            await broker.DoAsync(key, "destroy");
        }

        if (row is "destroy-held" or "unhold" or "hold-held")
        {
            await broker.DoAsync(key, "hold", """{"reason":"case 7"}""");
        }

        if (row == "destroy-protected" && state != "pending-deletion")
        {
            await broker.DoAsync(key, "settings", """{"deletionProtection":true}""");
        }
    }

    /// <summary>Version 1 after another took its place.</summary>
    private async Task<ArrangedKey> RetiredAsync(string state)
    {
        var key = await broker.FreshAsync(Kind, "active", "active");
        await broker.DoAsync(key, "rotate");
        await (state switch
        {
            "suspended" => broker.DoAsync(key, "suspend", """{"version":1}"""),
            "compromised" => broker.DoAsync(key, "revoke", """{"version":1,"reason":"key-compromise"}"""),
            _ => Task.CompletedTask,
        });
        return key;
    }
}
