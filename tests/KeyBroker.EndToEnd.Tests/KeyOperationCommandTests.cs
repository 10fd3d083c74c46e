using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Wrapping, data keys, agreement, bringing forward, release and random bytes by command.</summary>
public sealed class KeyOperationCommandTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>
{
    private Workload Machine => allowed.Machine;

    [Fact]
    public async Task A_data_key_comes_into_a_file_and_back_by_unwrapping()
    {
        await Machine.DoAsync("key", "create", "web/data", "--type", "aes-256");
        var (key, again) = (InState("data.key"), InState("again.key"));
        var wrapped = (await Machine.DoAsync("key", "data-key", "web/data", "--bytes", "64", "--aad", "disk 1", "--out", key)).Trim();
        await Machine.DoAsync("key", "unwrap", "web/data", "--to", "enc", "--value", wrapped, "--aad", "disk 1", "--out", again);
        var bytes = await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken);
        Assert.Equal(64, bytes.Length);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(again, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "decrypt", "web/data", "--value", wrapped, "--aad", "disk 1")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("key", "data-key", "web/data")).ExitCode);
    }

    [Fact]
    public async Task A_key_is_wrapped_and_unwrapped_also_in_a_batch()
    {
        await Machine.DoAsync("key", "create", "web/wrap", "--type", "rsa-2048", "--operation", "wrap", "unwrap");
        var wrapped = (await Machine.DoAsync("key", "wrap", "web/wrap", "--value", "a key")).Trim();
        Assert.Equal("a key", await Machine.DoAsync("key", "unwrap", "web/wrap", "--value", wrapped));
        var batch = (await Machine.WithInputAsync($"{wrapped}\n", "key", "unwrap", "web/wrap", "--to", "enc", "--batch", "-")).Text;
        Assert.Equal(Base64Url.EncodeToString("a key"u8), (string?)JsonNode.Parse(batch)!["result"]!["key"]);
    }

    [Fact]
    public async Task Two_sides_agree_by_pem_and_by_jwk()
    {
        await Machine.DoAsync("key", "create", "web/agree", "--type", "ec-p384", "--operation", "agree");
        using var ours = ECDiffieHellman.Create();
        ours.ImportFromPem(await Machine.DoAsync("key", "show", "web/agree", "--pem"));
        using var theirs = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        var point = theirs.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-384","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        foreach (var text in new[] { theirs.ExportSubjectPublicKeyInfoPem(), jwk })
        {
            await File.WriteAllTextAsync(InState("peer"), text, TestContext.Current.CancellationToken);
            var agreed = (await Machine.RunAsync("key", "agree", "web/agree", "--peer", InState("peer"))).Output;
            Assert.Equal(theirs.DeriveRawSecretAgreement(ours.PublicKey), agreed);
        }

        await File.WriteAllTextAsync(InState("peer"), jwk[..^1] + ",\"d\":\"AA\"}", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("key", "agree", "web/agree", "--peer", InState("peer"))).ExitCode);
    }

    [Fact]
    public async Task An_exportable_key_is_released_into_a_file()
    {
        await Machine.DoAsync("key", "create", "web/export", "--type", "rsa-2048", "--protection", "sealed", "--exportable");
        await Machine.DoAsync("key", "release", "web/export", "--out", InState("jwk"));
        var jwk = JsonNode.Parse(await File.ReadAllTextAsync(InState("jwk"), TestContext.Current.CancellationToken))!;
        Assert.Equal("RSA", (string?)jwk["kty"]);
        Assert.Equal(128, Base64Url.DecodeFromChars((string)jwk["p"]!).Length);
    }

    [Fact]
    public async Task A_grant_may_demand_a_quote_for_the_very_request()
    {
        await Machine.DoAsync("key", "create", "web/fresh", "--type", "ec-p256");
        await Machine.EditPolicyAsync("rotate] }", "rotate], freshness: request }");
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "plan")).ExitCode);
        await Machine.DoAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "plan", "--fresh");
        await Machine.DoAsync("key", "show", "web/fresh", "--fresh");

        // The token that came of it is for what it was made for.
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "other")).ExitCode);
        await Machine.EditPolicyAsync("rotate], freshness: request }", "rotate] }");
    }

    [Fact]
    public async Task Random_bytes_come_in_three_forms()
    {
        Assert.Equal(32, Base64Url.DecodeFromChars((await Machine.DoAsync("random", "32")).Trim()).Length);
        Assert.Equal(64, (await Machine.DoAsync("random", "32", "--format", "hex")).Trim().Length);
        Assert.Equal(1000, (await Machine.RunAsync("random", "1000", "--format", "raw", "--to", "enc")).Output.Length);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("random", "1025")).ExitCode);
    }

    [Fact]
    public async Task Rewrapping_everything_goes_on_where_it_was_interrupted()
    {
        const int Lines = 600;
        await Machine.DoAsync("key", "create", "web/old", "--type", "aes-256");
        var plaintexts = string.Concat(Enumerable.Range(0, Lines).Select(number => $"{{\"text\":\"{number}\",\"id\":{number}}}\n"));
        var encrypted = (await Machine.WithInputAsync(plaintexts, "key", "encrypt", "web/old", "--batch", "-")).Text;
        await File.WriteAllLinesAsync(
            InState("old"),
            Answers(encrypted).Select(answer => $"{{\"ciphertext\":\"{answer["result"]!["ciphertext"]}\",\"id\":{answer["id"]}}}"),
            TestContext.Current.CancellationToken);
        await Machine.DoAsync("key", "rotate", "web/old");
        string[] rewrap = ["key", "rewrap", "web/old", "--all", InState("old"), "--out", InState("new")];
        await Machine.DoAsync(rewrap);
        var whole = await File.ReadAllTextAsync(InState("new"), TestContext.Current.CancellationToken);

        // As a run leaves it that was killed while it wrote its 301st answer.
        var kept = string.Concat(whole.Split('\n').Take(300).Select(line => line + "\n"));
        await File.WriteAllTextAsync(InState("new"), kept + whole[kept.Length..(kept.Length + 20)], TestContext.Current.CancellationToken);
        Assert.Contains("up to line 300", (await Machine.RunAsync(rewrap)).Error);
        var text = await File.ReadAllTextAsync(InState("new"), TestContext.Current.CancellationToken);
        Assert.StartsWith(kept, text);
        var answers = Answers(text).ToList();
        Assert.Equal(Enumerable.Range(1, Lines), answers.Select(answer => (int)answer["line"]!));
        Assert.All(answers, answer => Assert.StartsWith("kb:v2:", (string?)answer["result"]!["ciphertext"]));
        var last = (string)answers[^1]["result"]!["ciphertext"]!;
        Assert.Equal($"{Lines - 1}", await Machine.DoAsync("key", "decrypt", "web/old", "--value", last));
        await Machine.DoAsync(rewrap); // Nothing is left to do.
        Assert.Equal(text, await File.ReadAllTextAsync(InState("new"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("not an answer")]
    [InlineData("{\"a\":1}\n")]
    [InlineData("7\n")]
    public async Task A_file_of_something_else_is_left_as_it_is(string content)
    {
        await File.WriteAllTextAsync(InState("mine"), content, TestContext.Current.CancellationToken);
        var ran = await Machine.RunAsync("key", "rewrap", "web/none", "--all", InState("mine"), "--out", InState("mine"));
        Assert.Equal(ExitCode.Usage, ran.ExitCode);
        Assert.Equal(content, await File.ReadAllTextAsync(InState("mine"), TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("key", "rewrap", "web/none", "--all", InState("mine"))).ExitCode);
    }

    private static IEnumerable<JsonNode> Answers(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    private string InState(string name) => Path.Combine(Machine.State, name);
}
