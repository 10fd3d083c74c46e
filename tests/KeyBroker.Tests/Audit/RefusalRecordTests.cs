using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KeyBroker.Tests.Http;
using KeyBroker.Tests.Http.Api;
using Xunit;

namespace KeyBroker.Tests.Audit;

/// <summary>[AUD-34] What somebody known was refused leaves exactly one record, also where nobody could read what was asked.</summary>
public sealed partial class RefusalRecordTests
{
    [Fact]
    public async Task Every_body_of_an_administrator_that_cannot_be_read_leaves_one_record()
    {
        await using var broker = await RunningBroker.StartAsync();
        var store = new BrokerStore(broker);
        var operations = ApiFile.Read().Operations.Values.Where(each => each is { IsAdministrative: true, HasBody: true }).ToList();
        Assert.NotEmpty(operations);
        foreach (var operation in operations)
        {
            foreach (var body in new[] { "{", """{"bogus":1}""", "[]" })
            {
                var before = store.Count("audit");
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Named().Replace(operation.Path, "web"))
                {
                    Content = new StringContent(body, Encoding.UTF8, "application/json"),
                };
                using var answer = await broker.Admin.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{operation.Id}: {(int)answer.StatusCode}");
                var added = await RecordsAsync(broker, before);
                Assert.True(added is [var only] && (string?)only["outcome"] == "denied" && ((string?)only["peer"])!.StartsWith("uid:", StringComparison.Ordinal), $"{operation.Id} {body}: {added.Count}");
            }
        }
    }

    [Fact]
    public async Task A_client_that_may_not_or_cannot_be_read_leaves_one_record_and_a_stranger_none()
    {
        await using var broker = await RunningBroker.StartAsync();
        var judge = new RelyingParty(broker, "judge");
        var before = new BrokerStore(broker).Count("audit");
        (await judge.AppraiseAsync("{")).IsRefused(400, "request-malformed");
        (await judge.AppraiseAsync("""{"bogus":1}""")).IsRefused(400, "request-malformed");
        (await judge.IntrospectAsync("x")).IsRefused(403, "operation-denied");
        await new RelyingParty(broker, "judge", "another").AppraiseAsync("{");
        await new RelyingParty(broker, id: "stranger").AppraiseAsync("{");

        var added = await RecordsAsync(broker, before);
        Assert.Equal(["machine.appraise", "machine.appraise", "token.introspect"], added.Select(record => (string?)record["op"]));
        Assert.All(added, record => Assert.Equal("client:judge", (string?)record["peer"]));
    }

    [Fact]
    public async Task An_attestation_of_nobody_leaves_none_and_one_that_verifies_does()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var stranger = new SoftwareMachine(broker);
        var before = new BrokerStore(broker).Count("audit");
        (await machine.AttestAsync(evidence => evidence with { Machine = "sha256-" + new string('0', 64) })).IsRefused(403, "machine-inactive");
        (await machine.AttestAsync(evidence => evidence with { Key = stranger.Ak })).IsRefused(403, "attestation-denied");
        Assert.Empty(await RecordsAsync(broker, before));

        (await machine.AttestAsync(evidence => evidence with { Nonce = new byte[55] })).IsRefused(403, "attestation-denied");
        Assert.Single(await RecordsAsync(broker, before));
    }

    private static async Task<List<JsonNode>> RecordsAsync(RunningBroker broker, long after)
    {
        var answer = JsonNode.Parse(await broker.Admin.GetStringAsync($"/v1/admin/audit?after={after}&limit=500"))!;
        return [.. answer["items"]!.AsArray().Select(item => JsonNode.Parse((string)item!["record"]!)!)];
    }

    [GeneratedRegex("{[a-z]+}")]
    private static partial Regex Named();
}
