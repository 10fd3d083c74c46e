using System.Text.Json.Nodes;
using Xunit;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>LIF-20 and LIF-21: uses while the versions that they rest on change.</summary>
public sealed class UseUnderRotationTests
{
    private const int Rotations = 12;
    private const int Users = 6;

    /// <summary>LIF-21. What ran into a rotation begins anew, with what the request had in it, and nobody is refused.</summary>
    [Theory]
    [InlineData("ec-p256", "sign", """{"alg":"ES256","message":"AQID"}""")]
    [InlineData("aes-256", "encrypt", """{"plaintext":"AQID"}""")]
    [InlineData("aes-256", "encrypt", """{"items":[{"plaintext":"AQID"},{"plaintext":"AQID"}]}""")]
    public async Task A_rotation_fails_no_use(string type, string verb, string body)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync("keys", $$"""{"name":"web/busy","type":"{{type}}"}""");
        using var over = new CancellationTokenSource();
        var users = Enumerable.Range(0, Users).Select(_ => UseAsync(machine, $"/v1/keys/web%2Fbusy/{verb}", body, over.Token)).ToList();
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            await broker.AdministerAsync("keys/web%2Fbusy/rotate");
        }

        await over.CancelAsync();
        var answers = (await Task.WhenAll(users)).SelectMany(all => all).ToList();
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        foreach (var ciphertext in answers.SelectMany(answer => Ciphertexts(answer.Json)))
        {
            var opened = await machine.CallAsync("POST", "/v1/keys/web%2Fbusy/decrypt", $$"""{"ciphertext":"{{ciphertext}}"}""");
            Assert.Equal("AQID", (string)opened.Json["result"]!["plaintext"]!);
        }
    }

    /// <summary>LIF-10, LIF-21. A batch that itself uses up the key is answered, and makes no more versions than it has such numbers of items.</summary>
    [Fact]
    public async Task A_batch_beyond_the_number_of_uses_is_answered_at_once()
    {
        const int Items = 256;
        const int Uses = 5;
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync("keys", """{"name":"web/worn","type":"aes-256"}""");
        await broker.AdministerAsync("keys/web%2Fworn/settings", $$$"""{"rotation":{"uses":{{{Uses}}}}}""");
        var body = $$"""{"items":[{{string.Join(',', Enumerable.Repeat("""{"plaintext":"AQID"}""", Items))}}]}""";
        var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fworn/encrypt", body);
        Assert.Equal(200, answer.Status);
        var ciphertexts = Ciphertexts(answer.Json).ToList();
        Assert.Equal(Items, ciphertexts.Count);
        var shown = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/keys/web%2Fworn", TestContext.Current.CancellationToken))!;
        Assert.InRange(shown["versions"]!.AsArray().Count, 1, (Items / Uses) + 2);
        foreach (var ciphertext in new[] { ciphertexts[0], ciphertexts[^1] })
        {
            var opened = await machine.CallAsync("POST", "/v1/keys/web%2Fworn/decrypt", $$"""{"ciphertext":"{{ciphertext}}"}""");
            Assert.Equal("AQID", (string)opened.Json["result"]!["plaintext"]!);
        }
    }

    /// <summary>LIF-21. Whoever may rotate keeps nobody from an answer by doing so.</summary>
    [Fact]
    public async Task A_key_that_is_rotated_without_end_answers_a_batch()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=5m");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await broker.AdministerAsync("keys", """{"name":"web/spinning","type":"aes-256"}""");
        using var over = new CancellationTokenSource();
        var rotating = UseAsync(machine, "/v1/keys/web%2Fspinning/rotate", "{}", over.Token);
        var body = $$"""{"items":[{{string.Join(',', Enumerable.Repeat("""{"plaintext":"AQID"}""", 256))}}]}""";
        var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fspinning/encrypt", body);
        await over.CancelAsync();
        Assert.Equal(200, answer.Status);
        Assert.All(await rotating, rotated => Assert.Equal(200, rotated.Status));
    }

    /// <summary>LIF-20. It rests on the version that it opened with, which may be another than the one it names.</summary>
    [Fact]
    public async Task Nothing_is_rewrapped_from_a_version_after_its_revocation_was_acknowledged()
    {
        await using var broker = await RunningBroker.StartAsync();
        broker.WritePolicy("renewer", SoftwareMachine.GoodRegister, "encrypt, rewrap");
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker, "renewer");
        await broker.AdministerAsync("keys", """{"name":"web/old","type":"aes-256"}""");
        var made = await machine.CallAsync("POST", "/v1/keys/web%2Fold/encrypt", """{"plaintext":"AQID"}""");
        await broker.AdministerAsync("keys/web%2Fold/rotate");
        var body = new JsonObject { ["ciphertext"] = Ciphertexts(made.Json).Single() }.ToJsonString();
        using var over = new CancellationTokenSource();
        var users = Enumerable.Range(0, Users).Select(_ => UseAsync(machine, "/v1/keys/web%2Fold/rewrap", body, over.Token)).ToList();
        await Task.WhenAny([.. users, Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken)]);
        await broker.AdministerAsync("keys/web%2Fold/revoke", """{"reason":"key-compromise","version":1}""");
        await over.CancelAsync();

        var answers = (await Task.WhenAll(users)).SelectMany(all => all).ToList();
        var revoked = await RevokedAsync(broker);
        Assert.All(answers.Where(answer => answer.Status == 200), answer => Assert.True((long)answer.Json["seq"]! < revoked));
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(409, "key-state"));
    }

    /// <summary>LIF-4. A code of nobody's is no code, also where the broker, just started, has to look at the key's state once more.</summary>
    [Fact]
    public async Task A_code_of_nobody_is_invalid_where_only_an_old_version_may_be_asked()
    {
        await using var broker = await RunningBroker.StartAsync();
        await broker.AdministerAsync("keys", """{"name":"web/codes","type":"hmac-sha256"}""");
        await broker.AdministerAsync("keys/web%2Fcodes/rotate");
        await broker.AdministerAsync("keys/web%2Fcodes/suspend", """{"version":2}""");
        await broker.RestartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var answer = await machine.CallAsync("POST", "/v1/keys/web%2Fcodes/mac-verify", """{"message":"AQID","mac":"AQID"}""");
        Assert.Equal(200, answer.Status);
        Assert.False((bool)answer.Json["result"]!["valid"]!);
    }

    private static async Task<List<Answer>> UseAsync(SoftwareMachine machine, string path, string body, CancellationToken over)
    {
        var answers = new List<Answer>();
        while (!over.IsCancellationRequested)
        {
            answers.Add(await machine.CallAsync("POST", path, body));
        }

        return answers;
    }

    private static IEnumerable<string> Ciphertexts(JsonNode claims) =>
        (claims["results"]?.AsArray() ?? [claims["result"]?.DeepClone()])
            .Select(result => (string?)result?["ciphertext"]).OfType<string>();

    private static async Task<long> RevokedAsync(RunningBroker broker)
    {
        for (var after = 0L; ;)
        {
            var page = JsonNode.Parse(await broker.Admin.GetStringAsync($"/v1/admin/audit?limit=500&after={after}"))!;
            foreach (var item in page["items"]!.AsArray())
            {
                after = (long)item!["seq"]!;
                if ((string)JsonNode.Parse((string)item["record"]!)!["op"]! == "key.revoke")
                {
                    return after;
                }
            }
        }
    }
}
