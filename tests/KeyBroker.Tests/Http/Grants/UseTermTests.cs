using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-50: terms that only the body of a call can meet, over real HTTP.</summary>
public sealed class UseTermTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Make = """keys: ["gt/*"], allow: [create]""";
    private const string Row = "cm93LTc"; // row-7

    [Fact]
    public async Task Aad_must_be_the_one_that_the_grant_names()
    {
        using var machine = await MachineAsync(
            broker, Make, """keys: ["gt/*"], allow: [encrypt, wrap, data-key], aad: row-7""",
            $$"""keys: ["gt/*"], allow: [decrypt, unwrap, rewrap], aad: { equals: {{Row}} }""");
        await CreateAsync(machine, "gt/aad", "aes-256");
        var sealedUnder = await DoneAsync(machine, "encrypt", $$"""{"plaintext":"AAEC","aad":"{{Row}}"}""", "ciphertext");
        var wrapped = await DoneAsync(machine, "wrap", $$"""{"key":"AAEC","aad":"{{Row}}"}""", "wrapped");
        await DoneAsync(machine, "data-key", $$"""{"aad":"{{Row}}"}""", "wrapped");
        await DoneAsync(machine, "rewrap", $$"""{"ciphertext":"{{sealedUnder}}","aad":"{{Row}}"}""", "ciphertext");
        Assert.Equal("AAEC", await DoneAsync(machine, "decrypt", $$"""{"ciphertext":"{{sealedUnder}}","aad":"{{Row}}"}""", "plaintext"));
        Assert.Equal("AAEC", await DoneAsync(machine, "unwrap", $$"""{"wrapped":"{{wrapped}}","aad":"{{Row}}"}""", "key"));

        // Another one, none, a longer and a shorter one. The answer is the grant's, not the ciphertext's.
        foreach (var other in new[] { ""","aad":"cm93LTg" """, "", ""","aad":"cm93LTcA" """, ""","aad":"cm93LQ" """, ""","aad":"" """ })
        {
            (await UseAsync(machine, "gt/aad", "encrypt", $$"""{"plaintext":"AAEC"{{other}}}""")).IsRefused(403, "operation-denied");
            (await UseAsync(machine, "gt/aad", "wrap", $$"""{"key":"AAEC"{{other}}}""")).IsRefused(403, "operation-denied");
            (await UseAsync(machine, "gt/aad", "data-key", $$"""{"bytes":32{{other}}}""")).IsRefused(403, "operation-denied");
            (await UseAsync(machine, "gt/aad", "decrypt", $$"""{"ciphertext":"{{sealedUnder}}"{{other}}}""")).IsRefused(403, "operation-denied");
            (await UseAsync(machine, "gt/aad", "unwrap", $$"""{"wrapped":"{{wrapped}}"{{other}}}""")).IsRefused(403, "operation-denied");
            (await UseAsync(machine, "gt/aad", "rewrap", $$"""{"ciphertext":"{{sealedUnder}}"{{other}}}""")).IsRefused(403, "operation-denied");
        }
    }

    [Fact]
    public async Task Each_item_of_a_batch_meets_the_terms_for_itself()
    {
        using var machine = await MachineAsync(
            broker, Make, """keys: ["gt/*"], allow: [encrypt], aad: row-7""", """keys: ["gt/*"], allow: [encrypt], aad: row-8""");
        await CreateAsync(machine, "gt/batch", "aes-256");
        var answer = await UseAsync(machine, "gt/batch", "encrypt", $$"""
            {"items":[{"plaintext":"AAEC","aad":"{{Row}}"},{"plaintext":"AAEC"},{"plaintext":"AAEC","aad":"cm93LTg"},{"plaintext":"AAEC","aad":"cm93LTk"}]}
            """);
        Assert.Equal(
            [null, "operation-denied", null, "operation-denied"],
            answer.Json["results"]!.AsArray().Select(item => item!["error"]?["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_algorithm_must_be_one_that_the_grant_lists()
    {
        using var machine = await MachineAsync(broker, Make, """keys: ["gt/*"], allow: [sign, verify], algorithms: [PS256]""");
        await CreateAsync(machine, "gt/rsa", "rsa-2048");
        var signature = await SignAsync(machine, "PS256");
        Assert.Equal(200, signature.Status);
        (await SignAsync(machine, "RS256")).IsRefused(403, "operation-denied");
        var signed = $$"""
            {"alg":"RS256","message":"AAEC","signature":"{{signature.Json["result"]!["signature"]}}"}
            """;
        (await UseAsync(machine, "gt/rsa", "verify", signed)).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/rsa", "verify", signed.Replace("RS256", "PS256", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Another_grant_without_the_term_is_enough_and_an_edit_counts_at_once()
    {
        var role = "grants-" + Guid.NewGuid().ToString("N");
        string[] strict = [Make, """keys: ["gt/*"], allow: [encrypt], aad: row-7, notAfter: 2020-01-01T00:00:00Z"""];
        await WriteAsync(broker, role, [.. strict, """keys: ["gt/*"], allow: [encrypt]"""]);
        using var machine = await SoftwareMachine.AttestedAsync(broker, role);
        await CreateAsync(machine, "gt/two", "aes-256");
        Assert.Equal(200, (await UseAsync(machine, "gt/two", "encrypt", """{"plaintext":"AAEC"}""")).Status);
        await WriteAsync(broker, role, strict);
        (await UseAsync(machine, "gt/two", "encrypt", """{"plaintext":"AAEC"}""")).IsRefused(403, "operation-denied");
        await WriteAsync(broker, role, Make, """keys: ["gt/*"], allow: [encrypt], aad: row-7""");
        (await UseAsync(machine, "gt/two", "encrypt", """{"plaintext":"AAEC"}""")).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/two", "encrypt", $$"""{"plaintext":"AAEC","aad":"{{Row}}"}""")).Status);
    }

    private static Task<Answer> SignAsync(SoftwareMachine machine, string alg) =>
        UseAsync(machine, "gt/rsa", "sign", $$"""{"alg":"{{alg}}","message":"AAEC"}""");

    private static async Task<string> DoneAsync(SoftwareMachine machine, string verb, string body, string member)
    {
        var answer = await UseAsync(machine, "gt/aad", verb, body);
        Assert.True(answer.Status == 200, $"{verb}: {answer.Text}");
        return answer.Json["result"]![member]!.GetValue<string>();
    }
}
