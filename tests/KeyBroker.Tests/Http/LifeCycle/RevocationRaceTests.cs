using System.Text.Json.Nodes;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-20, threat J09: a use that begins before a revocation and ends after it gives nothing.</summary>
public sealed class RevocationRaceTests
{
    private const int Rounds = 8;
    private const int Signers = 6;

    [Theory]
    [InlineData("tpm")]
    [InlineData("sealed")]
    public async Task No_result_follows_a_revocation_that_was_acknowledged(string protection)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var results = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"web/raced{round}";
            await broker.AdministerAsync("keys", $$"""{"name":"{{name}}","type":"ec-p256","protection":"{{protection}}"}""");
            var path = Uri.EscapeDataString(name);
            var signers = Enumerable.Range(0, Signers).Select(_ => SignUntilRefusedAsync(machine, path)).ToList();
            await Task.WhenAny(signers.Append(Task.Delay(TimeSpan.FromMilliseconds(20 + (13 * round)), TestContext.Current.CancellationToken)));
            await broker.AdministerAsync($"keys/{path}/revoke", """{"reason":"key-compromise"}""");
            var acknowledged = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var claims = (await Task.WhenAll(signers)).SelectMany(all => all).ToList();

            var revoked = await SequenceAsync(broker, "key.revoke", name);
            Assert.All(claims, claim => Assert.True((long)claim["seq"]! < revoked, $"{claim["seq"]} follows {revoked}"));
            Assert.All(claims, claim => Assert.True((long)claim["iat"]! <= acknowledged));
            results += claims.Count;
        }

        Assert.True(results > 0);
    }

    private static async Task<List<JsonNode>> SignUntilRefusedAsync(SoftwareMachine machine, string path)
    {
        var claims = new List<JsonNode>();
        while (true)
        {
            var answer = await machine.CallAsync("POST", $"/v1/keys/{path}/sign", """{"alg":"ES256","message":"AA"}""");
            if (answer.Status != 200)
            {
                answer.IsRefused(409, "key-state");
                return claims;
            }

            claims.Add(answer.Json);
        }
    }

    private static async Task<long> SequenceAsync(RunningBroker broker, string operation, string name)
    {
        for (var after = 0L; ;)
        {
            var page = JsonNode.Parse(await broker.Admin.GetStringAsync($"/v1/admin/audit?limit=500&after={after}"))!;
            foreach (var item in page["items"]!.AsArray())
            {
                var record = JsonNode.Parse((string)item!["record"]!)!;
                if ((string)record["op"]! == operation && (string?)record["resource"] == "keys/" + name)
                {
                    return (long)item["seq"]!;
                }

                after = (long)item["seq"]!;
            }
        }
    }
}
