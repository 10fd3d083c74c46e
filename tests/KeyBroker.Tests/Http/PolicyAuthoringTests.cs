using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Testing;
using KeyBroker.Tests.Telemetry;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>What policy authors ask of a broker: why, what if, and what is of no use.</summary>
public sealed class PolicyAuthoringTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly string s_other = string.Concat(Enumerable.Repeat("19", 32));

    // No machine of any test of this broker has it.
    private static readonly string s_nobodys = new('5', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>[EXP-6] A denial is explained by the log that came with it.</summary>
    [Fact]
    public async Task Explains_a_denied_attestation_down_to_the_event()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker, "explained");
        await PutAsync("explained", Policy("explained", $"pcrs: {{ require: [ {{ pcr: 0, anyOf: [ {{ value: \"{s_other}\", label: firmware 1.26 }} ] }} ] }}"));
        var denied = (await machine.AttestAsync(BootLog.Honest())).Json["attestation"]!.GetValue<string>();

        var answer = await broker.AdministerAsync("policies/evaluate", $$"""{"jti":"{{denied}}","explain":true}""");

        Assert.False(answer["allowed"]!.GetValue<bool>());
        var requirements = answer["explanation"]![0]!["requirements"]!.AsArray();
        Assert.Equal(["trust", "pcr 0"], requirements.Select(one => one!["requirement"]!.GetValue<string>()));
        var register = requirements[1]!["registers"]![0]!;
        Assert.Equal("EV_S_CRTM_VERSION", register["events"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("1.27", register["events"]![0]!["description"]!.GetValue<string>());
    }

    /// <summary>[EXP-7] Evidence whose log was refused stays refused, whatever the policies say now.</summary>
    [Fact]
    public async Task Explains_that_a_log_was_refused()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var denied = (await machine.AttestAsync(e => e with { EditBody = body => body["eventLog"] = "AA" })).Json["attestation"]!.GetValue<string>();

        var answer = await broker.AdministerAsync("policies/evaluate", $$"""{"jti":"{{denied}}","explain":true}""");

        Assert.False(answer["allowed"]!.GetValue<bool>());
        Assert.Equal("event-log", answer["refused"]!["code"]!.GetValue<string>());
        Assert.Empty(answer["policies"]!.AsArray());
    }

    /// <summary>[WIF-1] to [WIF-3] A draft is tried on what machines have shown, denied ones too.</summary>
    [Fact]
    public async Task Says_who_would_lose_and_who_would_gain_by_a_draft()
    {
        await PutAsync("fleet", Policy("fleet", Pcr7(SoftwareMachine.GoodRegister)));
        using var good = await SoftwareMachine.AttestedAsync(broker, "fleet");
        using var bad = await SoftwareMachine.ActiveAsync(broker, "fleet");
        (await bad.AttestAsync(e => e with { Register = (_, _) => Convert.FromHexString(s_other) })).IsRefused(403, "attestation-denied");

        var swapped = await WhatIfAsync(Policy("fleet", Pcr7(s_other)));
        Assert.Equal((1, 1), (Losing(swapped), swapped["gaining"]!.GetValue<int>()));
        var loss = Change(swapped, good);
        Assert.True(loss["loses"]!.GetValue<bool>());
        Assert.Equal("policy-pcr", loss["reasons"]![0]!["code"]!.GetValue<string>());
        Assert.Contains("read keys web/*", loss["losses"]!.AsArray().Select(right => right!.GetValue<string>()));
        Assert.True(Change(swapped, bad)["gains"]!.GetValue<bool>());

        var both = await WhatIfAsync(Policy("fleet", $"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{SoftwareMachine.GoodRegister}\" }}, {{ value: \"{s_other}\" }} ] }} ] }}"));
        Assert.Equal((0, 1), (Losing(both), both["gaining"]!.GetValue<int>()));

        var fewer = await WhatIfAsync(Policy("fleet", Pcr7(SoftwareMachine.GoodRegister), "sign"));
        Assert.Equal((1, 1), (Losing(fewer), fewer["gaining"]!.GetValue<int>()));
        Assert.True(Change(fewer, good)["after"]!["allowed"]!.GetValue<bool>());
        Assert.Empty(Change(fewer, good)["reasons"]!.AsArray());

        static int Losing(JsonNode answer) => answer["losing"]!.GetValue<int>();
        static JsonNode Change(JsonNode answer, SoftwareMachine machine) =>
            answer["changes"]!.AsArray().Single(one => one!["machine"]!.GetValue<string>() == machine.Id)!;
    }

    /// <summary>[WIF-4] A machine that attests often counts each state once, its newest first.</summary>
    [Fact]
    public async Task Judges_each_state_of_a_machine_once_and_the_newest_of_many()
    {
        await PutAsync("often", Policy("often", Pcr7(SoftwareMachine.GoodRegister)));
        using var machine = await SoftwareMachine.AttestedAsync(broker, "often");
        var first = (await WhatIfAsync())["states"]!.GetValue<int>();
        await machine.AttestAsync();
        Assert.Equal(first, (await WhatIfAsync())["states"]!.GetValue<int>());

        for (var state = 0; state < 70; state++)
        {
            var value = Convert.FromHexString(state.ToString("x64", CultureInfo.InvariantCulture));
            await machine.AttestAsync(e => e with { Register = (_, _) => value });
        }

        Assert.Equal(first - 1 + 64, (await WhatIfAsync())["states"]!.GetValue<int>());
    }

    /// <summary>[STA-1] to [STA-4] What of the policies does nothing.</summary>
    [Fact]
    public async Task Says_what_of_the_policies_is_of_no_use()
    {
        var soon = DateTimeOffset.UtcNow.AddDays(3).ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture);
        await PutAsync("useful", Policy("useful", Pcr7(SoftwareMachine.GoodRegister), "read, sign"));
        await PutAsync("nobody", Policy("nobody", "pcrs: { baselines: [\"used/*\", \"unused/*\"] }"));
        await PutAsync("used", Baseline("used/now", SoftwareMachine.GoodRegister, $"validUntil: {soon},"));
        await PutAsync("unused", Baseline("unused/x", s_nobodys, ""));
        using var machine = await SoftwareMachine.AttestedAsync(broker, "useful");
        (await machine.CallAsync("POST", "/v1/keys/web%2Funmade/sign", """{"alg":"ES256","message":"AA"}""")).IsRefused(404, "not-found");

        var before = await StatusAsync();
        Assert.Equal(["unused/x"], Texts(before, "unmatchedBaselines", "baseline"));
        Assert.Equal(["used/now"], Texts(before, "endingBaselines", "baseline"));
        Assert.Contains("nobody", Texts(before, "policiesOfNoMachine", "policy"));
        Assert.DoesNotContain("useful", Texts(before, "policiesOfNoMachine", "policy"));
        Assert.Equal(["read", "sign"], VerbsOf(before));

        using var maker = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await maker.CallAsync("POST", "/v1/keys", """{"name":"web/of-status","type":"ec-p256"}""")).Status);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fof-status/sign", """{"alg":"ES256","message":"AA"}""")).Status);
        Assert.Equal(["read"], VerbsOf(await StatusAsync()));
        File.Delete(Path.Combine(broker.Policies, "nobody.yaml"));

        static IEnumerable<string> Texts(JsonNode status, string list, string member) =>
            status[list]!.AsArray().Select(one => one![member]!.GetValue<string>());

        static IEnumerable<string> VerbsOf(JsonNode status) => status["unusedGrants"]!.AsArray()
            .Where(grant => grant!["policy"]!.GetValue<string>() == "useful")
            .SelectMany(grant => grant!["verbs"]!.AsArray())
            .Select(verb => verb!.GetValue<string>());
    }

    /// <summary>[OBS-1] to [OBS-3] An observed policy says what it would have done: in metric, audit and status.</summary>
    [Fact]
    public async Task Says_what_an_observed_policy_would_have_done()
    {
        await PutAsync("now", Policy("now", Pcr7(SoftwareMachine.GoodRegister), role: "observed"));
        await PutAsync("next", Policy("next", Pcr7(s_other), role: "observed").Replace("spec:", "spec:\n  mode: observe", StringComparison.Ordinal));
        using var old = await SoftwareMachine.AttestedAsync(broker, "observed");
        using var @new = await SoftwareMachine.ActiveAsync(broker, "observed");
        (await @new.AttestAsync(e => e with { Register = (_, _) => Convert.FromHexString(s_other) })).IsRefused(403, "attestation-denied");

        var observed = (await StatusAsync())["observed"]!.AsArray().Single(one => one!["policy"]!.GetValue<string>() == "next")!;
        Assert.Equal((2, 1, 1), (observed["machines"]!.GetValue<int>(), observed["holds"]!.GetValue<int>(), observed["fails"]!.GetValue<int>()));
        Assert.Equal([@new.Name], observed["wouldLetIn"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("policy-pcr PCR 7", observed["reasons"]![0]!["what"]!.GetValue<string>());

        var audit = await AuditAsync();
        Assert.Contains(audit, record => record.Contains("\"observed\":[\"next policy-pcr\"]", StringComparison.Ordinal) && record.Contains("\"outcome\":\"done\"", StringComparison.Ordinal));
        Assert.Contains(audit, record => record.Contains("\"observed\":[\"next holds\"]", StringComparison.Ordinal) && record.Contains("\"outcome\":\"denied\"", StringComparison.Ordinal));
        await Scrape.UntilAsync(
            broker, "keybroker_policy_observed_total{outcome=\"would-let-in\"}", "keybroker_policy_observed_total{outcome=\"fails\"}");
    }

    [Fact]
    public async Task Gives_the_files_in_force_and_refuses_windows_that_are_none()
    {
        var files = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/policies/files", Cancellation))!["files"]!;
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(broker.Policies, "web-tier.yaml"), Cancellation), files["web-tier.yaml"]!.GetValue<string>());

        foreach (var days in new[] { "0", "-1", "3651", "x", "" })
        {
            using var refused = await broker.Admin.GetAsync($"/v1/admin/policies/status?days={days}", Cancellation);
            Assert.Equal(400, (int)refused.StatusCode);
        }
    }

    /// <summary>[WIF-6] A draft is bounded, and so is what is said of it.</summary>
    [Fact]
    public async Task Refuses_drafts_of_too_many_files_and_tells_no_endless_list_of_errors()
    {
        var (status, answer) = await DraftAsync(25_001, "[]");
        Assert.Equal((400, "request-malformed"), (status, answer["code"]!.GetValue<string>()));

        (status, answer) = await DraftAsync(300, "{}");
        Assert.Equal(422, status);
        Assert.Equal(1_000, answer["reasons"]!.AsArray().Count);
        Assert.Contains("1000 of 1200", answer["title"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>What is named beside a stored attestation would be left out unnoticed.</summary>
    [Fact]
    public async Task Evaluates_a_stored_attestation_or_given_registers_but_not_both()
    {
        using var content = new StringContent("""{"jti":"x","pcrs":{}}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await broker.Admin.PostAsync("/v1/admin/policies/evaluate", content, Cancellation);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    private async Task<(int Status, JsonNode Answer)> DraftAsync(int files, string text)
    {
        var draft = new JsonObject { ["files"] = new JsonObject(Enumerable.Range(0, files).Select(at => KeyValuePair.Create($"p{at}.yaml", (JsonNode?)text))) };
        using var content = new StringContent(draft.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await broker.Admin.PostAsync("/v1/admin/policies/what-if", content, Cancellation);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!);
    }

    private static string Pcr7(string value) => $"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{value}\", label: good }} ] }} ] }}";

    private static string Policy(string name, string requirement, string allow = "read", string? role = null) => $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: {{name}} }
        spec:
          machines: { labels: { role: {{role ?? name}} }, trust: [approved] }
          {{requirement}}
          grants: [ { keys: ["web/*"], allow: [{{allow}}] } ]
        """;

    private static string Baseline(string name, string pcr7, string window) => $$"""
        apiVersion: keybroker/v1
        kind: Baseline
        metadata: { name: {{name}} }
        spec: { {{window}} pcrs: { 7: "{{pcr7}}" } }
        """;

    private async Task PutAsync(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(broker.Policies, name + ".yaml"), text, Cancellation);
        await broker.AdministerAsync("policies/reload");
    }

    // The set in force with one policy of it edited.
    private async Task<JsonNode> WhatIfAsync(string? edited = null)
    {
        var files = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/policies/files", Cancellation))!["files"]!.AsObject();
        if (edited is not null)
        {
            files["fleet.yaml"] = edited;
        }

        return await broker.AdministerAsync("policies/what-if", new JsonObject { ["files"] = files.DeepClone() }.ToJsonString());
    }

    private async Task<JsonNode> StatusAsync() => JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/policies/status", Cancellation))!;

    private async Task<List<string>> AuditAsync()
    {
        var page = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", Cancellation))!;
        return [.. page["items"]!.AsArray().Select(item => item!["record"]!.GetValue<string>())];
    }
}
