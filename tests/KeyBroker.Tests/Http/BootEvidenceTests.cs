using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Configuration;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Event logs over HTTP: what they prove decides, at the attestation and at every use, and what was denied is kept.</summary>
public sealed class BootEvidenceTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Role = "booted";

    private static string GrubDigest => Convert.ToHexStringLower(SHA256.HashData(BootLog.Grub));

    [Fact]
    public async Task A_policy_on_events_holds_with_the_log_and_not_without()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        (await machine.AttestAsync(BootLog.Honest(), withLog: false)).IsRefused(403, "attestation-denied", "policy-event");
        (await machine.AttestAsync(BootLog.Honest(secureBoot: 0))).IsRefused(403, "attestation-denied", "policy-event");
        Assert.Equal(200, (await machine.AttestAsync(BootLog.Honest())).Status);
    }

    [Fact]
    public async Task The_gate_judges_the_facts_behind_a_token_by_the_policies_of_now()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        machine.Token = (await machine.AttestAsync(BootLog.Honest())).Json["token"]!.GetValue<string>();
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);

        await RequireAsync("secureBoot: disabled");
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(403, "attestation-denied", "policy-event");
        await RequireAsync($"bootLoader: {{ sha256: {{ anyOf: [ \"{GrubDigest}\" ] }} }}");
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(403, "attestation-denied", "policy-event");
        await RequireAsync("secureBoot: enabled");
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
    }

    [Fact]
    public async Task A_log_is_read_only_after_everything_about_the_quote_holds()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        (await machine.AttestAsync(e => Garbage(e) with { Magic = 1 })).IsRefused(403, "attestation-denied", "quote-magic");
        (await machine.AttestAsync(e => Garbage(e) with { EditPcrDigest = _ => new byte[32] })).IsRefused(403, "attestation-denied", "pcr-digest");
        machine.Clock = machine.Clock with { ResetCount = 9 };
        (await machine.AttestAsync(Garbage)).IsRefused(403, "attestation-denied", "event-log");
        machine.Clock = machine.Clock with { ResetCount = 8 };
        (await machine.AttestAsync(Garbage)).IsRefused(403, "attestation-denied", "boot-order");

        static EvidenceBuilder Garbage(EvidenceBuilder evidence) => evidence with { EditBody = body => body["eventLog"] = "AA" };
    }

    [Fact]
    public async Task What_was_denied_is_kept_with_its_reasons_and_its_log()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        var boot = BootLog.Honest(secureBoot: 0);
        var denial = (await machine.AttestAsync(boot)).Json;
        var id = denial["attestation"]!.GetValue<string>();
        var kept = await ShowAsync(id);
        Assert.Equal(("denied", machine.Id), (kept["decision"]!.GetValue<string>(), kept["machine"]!.GetValue<string>()));
        Assert.Equal(denial["reasons"]!.ToJsonString(), kept["reasons"]!.ToJsonString());
        Assert.Equal(Convert.ToHexStringLower(boot.Registers()[7]), kept["measurements"]!["sha256"]!["7"]!.GetValue<string>());
        Assert.False(kept["facts"]!["sha256"]!["SecureBoot"]!.GetValue<bool>());
        Assert.Equal(boot.ToBytes(), await LogAsync(id));
        Assert.Contains($"\"jti\":\"{id}\"", await RecordsAsync(), StringComparison.Ordinal);

        var token = (await machine.AttestAsync(BootLog.Honest())).Json["token"]!.GetValue<string>();
        var newest = (await ListAsync(machine.Id))[0]!;
        Assert.Equal(JtiOf(token), newest["jti"]!.GetValue<string>());
        Assert.Equal("allowed", newest["decision"]!.GetValue<string>());
        Assert.Equal(BootLog.Honest().ToBytes(), await LogAsync(newest["jti"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Evidence_with_a_malformed_log_is_kept_and_evidence_that_is_not_authentic_is_not()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        (await machine.AttestAsync(e => e with { Magic = 1, EditBody = body => body["eventLog"] = "AA" })).IsRefused(403, "attestation-denied");
        Assert.Empty(await ListAsync(machine.Id));

        var denial = (await machine.AttestAsync(e => e with { EditBody = body => body["eventLog"] = "AA" })).Json;
        var kept = Assert.Single(await ListAsync(machine.Id))!;
        Assert.Equal("event-log", kept["reasons"]![0]!["code"]!.GetValue<string>());
        Assert.Equal([0], await LogAsync(denial["attestation"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_newest_logs_of_a_machine_are_kept_each_once()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        var ids = new List<string>();
        for (var kernel = 0; kernel <= 8; kernel++)
        {
            ids.Add(await IdAsync(machine, Kernel(kernel)));
            ids.Add(await IdAsync(machine, Kernel(kernel)));
        }

        Assert.Null(await LogAsync(ids[0]));
        Assert.Null(await LogAsync(ids[1]));
        Assert.Equal(Kernel(1).ToBytes(), await LogAsync(ids[2]));
        Assert.Equal("allowed", (await ShowAsync(ids[0]))["decision"]!.GetValue<string>());

        var again = await IdAsync(machine, Kernel(0));
        Assert.Equal(Kernel(0).ToBytes(), await LogAsync(ids[0]));
        Assert.Equal(Kernel(0).ToBytes(), await LogAsync(again));
        Assert.Null(await LogAsync(ids[2]));

        static BootLog Kernel(int number) => BootLog.Honest().Add(9, BootLog.Ipl, [(byte)number, 1, 2, 3]);
    }

    [Fact]
    public async Task Of_what_was_denied_the_newest_hundred_of_a_machine_are_kept()
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        Assert.Equal(200, (await machine.AttestAsync(BootLog.Honest())).Status);
        var first = (await machine.AttestAsync(BootLog.Honest(secureBoot: 0))).Json["attestation"]!.GetValue<string>();
        for (var denied = 0; denied < 100; denied++)
        {
            (await machine.AttestAsync(BootLog.Honest(secureBoot: 0))).IsRefused(403, "attestation-denied");
        }

        var kept = await ListAsync(machine.Id);
        Assert.Equal(100, kept.Count(entry => entry!["decision"]!.GetValue<string>() == "denied"));
        Assert.Equal(1, kept.Count(entry => entry!["decision"]!.GetValue<string>() == "allowed"));
        Assert.DoesNotContain(kept, entry => entry!["jti"]!.GetValue<string>() == first);
    }

    [Fact]
    public async Task Attestations_are_kept_no_shorter_than_their_tokens_live()
    {
        var failure = await Assert.ThrowsAsync<StartupException>(
            () => RunningBroker.StartAsync("--KeyBroker:TokenLifetime=1h", "--KeyBroker:AttestationRetention=59m"));
        Assert.Contains("AttestationRetention", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE attestations SET reasons = NULL WHERE jti = '{0}'", false)]
    [InlineData("UPDATE attestations SET reasons = '[]' WHERE jti = '{0}'", false)]
    [InlineData("UPDATE attestations SET facts = NULL WHERE jti = '{0}'", false)]
    [InlineData("UPDATE contents SET deflated = x'00' WHERE digest = (SELECT facts FROM attestations WHERE jti = '{0}')", false)]
    [InlineData("UPDATE contents SET size = size - 1 WHERE digest = (SELECT facts FROM attestations WHERE jti = '{0}')", false)]
    [InlineData("UPDATE contents SET size = 1 << 62 WHERE digest = (SELECT facts FROM attestations WHERE jti = '{0}')", false)]
    [InlineData("DELETE FROM contents WHERE digest = (SELECT event_log FROM attestations WHERE jti = '{0}')", true)]
    [InlineData("UPDATE event_logs SET seen_at = seen_at + 1 WHERE digest = (SELECT event_log FROM attestations WHERE jti = '{0}')", true)]
    public async Task An_edit_of_what_was_kept_is_seen(string edit, bool isOfLog)
    {
        using var machine = await BootedAsync("secureBoot: enabled");
        var boot = BootLog.Honest(secureBoot: 0).Add(9, BootLog.Ipl, RandomNumberGenerator.GetBytes(16));
        var id = (await machine.AttestAsync(boot)).Json["attestation"]!.GetValue<string>();
        Assert.Equal(boot.ToBytes(), await LogAsync(id));

        new BrokerStore(broker).Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, edit, id));
        using var answer = await broker.Admin.GetAsync($"/v1/admin/attestations/{id}{(isOfLog ? "/event-log" : "")}", Cancellation);
        Assert.Equal(503, (int)answer.StatusCode);
        new BrokerStore(broker).Execute($"DELETE FROM attestations WHERE jti = '{id}'");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<SoftwareMachine> BootedAsync(string assertion)
    {
        await RequireAsync(assertion);
        return await SoftwareMachine.ActiveAsync(broker, Role);
    }

    private async Task RequireAsync(string assertion)
    {
        await File.WriteAllTextAsync(Path.Combine(broker.Policies, "booted.yaml"), $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: booted }
            spec:
              machines: { labels: { role: {{Role}} }, trust: [approved] }
              eventLog: { require: [ { {{assertion}} } ] }
              grants: [ { keys: ["web/*"], allow: [read] } ]
            """, Cancellation);
        await broker.AdministerAsync("policies/reload");
    }

    private static async Task<string> IdAsync(SoftwareMachine machine, BootLog log) =>
        JtiOf((await machine.AttestAsync(log)).Json["token"]!.GetValue<string>());

    private static string JtiOf(string token) => JsonNode.Parse(CompactJws.Parse(token).Payload)!["jti"]!.GetValue<string>();

    /// <summary>All of the audit: other work may record something between.</summary>
    private async Task<string> RecordsAsync()
    {
        var (records, after) = (new StringBuilder(), "");
        while (true)
        {
            var page = JsonNode.Parse(await broker.Admin.GetStringAsync($"/v1/admin/audit?limit=500{after}", Cancellation))!;
            foreach (var item in page["items"]!.AsArray())
            {
                records.AppendLine(item!["record"]!.GetValue<string>());
            }

            if (page["next"] is not { } next)
            {
                return records.ToString();
            }

            after = $"&after={next}";
        }
    }

    private async Task<JsonNode> ShowAsync(string id) =>
        JsonNode.Parse(await broker.Admin.GetStringAsync($"/v1/admin/attestations/{id}", Cancellation))!;

    private async Task<List<JsonNode?>> ListAsync(string machine)
    {
        var page = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/attestations?limit=500", Cancellation))!;
        return [.. page["items"]!.AsArray().Where(entry => entry!["machine"]!.GetValue<string>() == machine)];
    }

    private async Task<byte[]?> LogAsync(string id)
    {
        using var answer = await broker.Admin.GetAsync($"/v1/admin/attestations/{id}/event-log", Cancellation);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(Cancellation) : null;
    }
}
