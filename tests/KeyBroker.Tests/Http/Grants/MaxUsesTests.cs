using Xunit;
using static KeyBroker.Tests.Http.Grants.GrantPolicy;

namespace KeyBroker.Tests.Http.Grants;

/// <summary>POL-54: what is granted so many times only.</summary>
public sealed class MaxUsesTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Make = """keys: ["gt/*"], allow: [create, encrypt]""";
    private const string Sign = """{"alg":"ES256","message":"AAEC"}""";

    [Fact]
    public async Task Of_twenty_at_once_five_get_through_and_the_next_start_remembers()
    {
        await using var own = await RunningBroker.StartAsync();
        using var machine = await MachineAsync(own, Make, """keys: ["gt/*"], allow: [sign, verify], maxUses: 5""");
        await CreateAsync(machine, "gt/five", "ec-p256");
        await CreateAsync(machine, "gt/other", "ec-p256");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => UseAsync(machine, "gt/five", "sign", Sign)));
        Assert.Equal(5, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(403, "operation-denied"));

        await own.RestartAsync();
        (await UseAsync(machine, "gt/five", "sign", Sign)).IsRefused(403, "operation-denied");

        // Per name and verb.
        Assert.Equal(200, (await UseAsync(machine, "gt/other", "sign", Sign)).Status);
        var verify = $$"""{"alg":"ES256","message":"AAEC","signature":"{{new string('A', 86)}}"}""";
        Assert.Equal(200, (await UseAsync(machine, "gt/five", "verify", verify)).Status);
    }

    [Fact]
    public async Task What_fails_and_what_another_grant_covers_is_not_counted()
    {
        using var machine = await MachineAsync(
            broker, Make, """keys: ["gt/*"], allow: [decrypt], maxUses: 1""", """keys: ["gt/*"], allow: [decrypt], aad: row-7""");
        await CreateAsync(machine, "gt/once", "aes-256");
        var plain = await EncryptAsync(machine, "");
        var bound = await EncryptAsync(machine, ""","aad":"cm93LTc" """);
        (await UseAsync(machine, "gt/once", "decrypt", """{"ciphertext":"kb:v1:AAAA"}""")).IsRefused(400, "ciphertext-invalid");
        Assert.Equal(200, (await UseAsync(machine, "gt/once", "decrypt", $$"""{"ciphertext":"{{bound}}","aad":"cm93LTc"}""")).Status);
        Assert.Equal(200, (await UseAsync(machine, "gt/once", "decrypt", $$"""{"ciphertext":"{{plain}}"}""")).Status);
        (await UseAsync(machine, "gt/once", "decrypt", $$"""{"ciphertext":"{{plain}}"}""")).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/once", "decrypt", $$"""{"ciphertext":"{{bound}}","aad":"cm93LTc"}""")).Status);
    }

    [Fact]
    public async Task A_batch_takes_a_use_for_each_item_that_was_done_or_none_at_all()
    {
        using var machine = await MachineAsync(broker, Make, """keys: ["gt/*"], allow: [sign], maxUses: 3""");
        await CreateAsync(machine, "gt/batch3", "ec-p256");
        var (bad, item) = ("""{"alg":"ES256","digest":"AA"}""", Sign);
        (await UseAsync(machine, "gt/batch3", "sign", Items(item, item, item, item))).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/batch3", "sign", Items(item, bad, item))).Status);
        (await UseAsync(machine, "gt/batch3", "sign", Items(item, item))).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/batch3", "sign", item)).Status);
        (await UseAsync(machine, "gt/batch3", "sign", item)).IsRefused(403, "operation-denied");
    }

    /// <summary>A grant that lets bytes leave only to the attested key does not stand for one that lets them leave in clear.</summary>
    [Fact]
    public async Task A_grant_counts_only_where_it_lets_the_bytes_go()
    {
        using var machine = await MachineAsync(
            broker, Make, """keys: ["gt/*"], allow: [decrypt], maxUses: 1""", """keys: ["gt/*"], allow: [decrypt], to: enc""");
        await CreateAsync(machine, "gt/to", "aes-256");
        var text = await EncryptAsync(machine, "", "gt/to");
        var (clear, toEnc) = ($$"""{"ciphertext":"{{text}}"}""", $$"""{"ciphertext":"{{text}}","to":"enc"}""");
        Assert.Equal(200, (await UseAsync(machine, "gt/to", "decrypt", toEnc)).Status);
        Assert.Equal(200, (await UseAsync(machine, "gt/to", "decrypt", clear)).Status);
        (await UseAsync(machine, "gt/to", "decrypt", clear)).IsRefused(403, "operation-denied");
        Assert.Equal(200, (await UseAsync(machine, "gt/to", "decrypt", toEnc)).Status);
    }

    [Fact]
    public async Task An_edited_count_is_seen()
    {
        using var machine = await MachineAsync(broker, Make, """keys: ["gt/*"], allow: [sign], maxUses: 1""");
        await CreateAsync(machine, "gt/edited", "ec-p256");
        Assert.Equal(200, (await UseAsync(machine, "gt/edited", "sign", Sign)).Status);
        new BrokerStore(broker).Execute("UPDATE grant_uses SET used = 0 WHERE resource = 'keys/gt/edited'");
        (await UseAsync(machine, "gt/edited", "sign", Sign)).IsRefused(503, "store-unavailable");
        new BrokerStore(broker).Execute("DELETE FROM grant_uses WHERE resource = 'keys/gt/edited'");
    }

    private static string Items(params string[] items) => $$"""{"items":[{{string.Join(',', items)}}]}""";

    private static async Task<string> EncryptAsync(SoftwareMachine machine, string aad, string name = "gt/once") =>
        (await UseAsync(machine, name, "encrypt", $$"""{"plaintext":"AAEC"{{aad}}}""")).Json["result"]!["ciphertext"]!.GetValue<string>();
}
