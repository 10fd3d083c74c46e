using System.Text.Json.Nodes;
using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-50, SEC-7 and ADM-5: what answers say about the terms of grants.</summary>
public sealed class TermAnswerTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Sign = """{"alg":"ES256","message":"AAEC"}""";

    [Fact]
    public async Task A_refusal_says_which_kind_of_term_it_was()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["gt/*"], allow: [create]""", """keys: ["gt/*"], allow: [sign], algorithms: [PS256]""",
            """keys: ["gt/*"], allow: [encrypt], aad: row-7""");
        await CreateAsync(machine, "gt/terms-ec", "ec-p256");
        await CreateAsync(machine, "gt/terms-aes", "aes-256");
        Assert.EndsWith("the algorithm is another", Title(await UseAsync(machine, "gt/terms-ec", "sign", Sign)), StringComparison.Ordinal);
        Assert.EndsWith("the aad is another", Title(await UseAsync(machine, "gt/terms-aes", "encrypt", """{"plaintext":"AA"}""")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_that_was_used_up_is_no_longer_among_those_allowed()
    {
        using var machine = await MachineAsync(
            broker, """keys: ["gt/*"], allow: [create, read, verify]""", """keys: ["gt/*"], allow: [sign], maxUses: 1""");
        await CreateAsync(machine, "gt/once-allowed", "ec-p256");
        Assert.Equal(["read", "sign", "verify"], await AllowedAsync(machine));
        Assert.Equal(200, (await UseAsync(machine, "gt/once-allowed", "sign", Sign)).Status);
        Assert.Equal(["read", "verify"], await AllowedAsync(machine));
    }

    [Fact]
    public async Task Administrators_see_which_makes_of_tpm_a_policy_is_about()
    {
        await File.WriteAllTextAsync(
            Path.Combine(broker.Policies, "makes.yaml"),
            $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: makes }
            spec:
              machines: { labels: { role: makes }, manufacturer: ["id:49465800"], firmware: ["7.*"] }
              pcrs: { require: [ { pcr: 7, anyOf: [ { value: "{{SoftwareMachine.GoodRegister}}", label: "known good" } ] } ] }
              grants: [ { keys: ["makes/*"], allow: [sign] } ]
            """,
            TestContext.Current.CancellationToken);
        await broker.AdministerAsync("policies/reload");
        await broker.AdministerAsync("keys", """{"name":"makes/k","type":"ec-p256"}""");
        var access = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/keys/makes%2Fk/access", TestContext.Current.CancellationToken))!;
        var machines = access["policies"]![0]!["machines"]!;
        Assert.Equal("id:49465800", (string)machines["manufacturer"]![0]!);
        Assert.Equal("7.*", (string)machines["firmware"]![0]!);
        Assert.Null(machines["model"]);
    }

    private static string Title(Answer answer)
    {
        answer.IsRefused(403, "operation-denied");
        return (string)answer.Json["title"]!;
    }

    private static async Task<IEnumerable<string>> AllowedAsync(SoftwareMachine machine) =>
        (await machine.CallAsync("GET", "/v1/keys/gt%2Fonce-allowed")).Json["result"]!["allowed"]!.AsArray().Select(verb => (string)verb!);
}
