using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>CLI-30: many ciphertexts brought forward, in as many runs as it takes.</summary>
public sealed class RewrapAllTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>
{
    private Workload Machine => allowed.Machine;

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
        Assert.Contains("up to line 300, 0 of them failed", (await Machine.RunAsync(rewrap)).Error);
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

    /// <summary>CLI-30: 0 means that every line of the file is under the newest version.</summary>
    [Fact]
    public async Task Rewrapping_everything_fails_while_a_line_does_and_knows_another_file()
    {
        await Machine.DoAsync("key", "create", "web/lines", "--type", "aes-256");
        var closed = (await Machine.DoAsync("key", "encrypt", "web/lines", "--value", "plan")).Trim();
        var (file, answers) = (InState("lines"), InState("answers"));
        string[] rewrap = ["key", "rewrap", "web/lines", "--all", file, "--out", answers];
        await File.WriteAllTextAsync(file, $"kb:v1:AAAA\n\n{closed}\n", TestContext.Current.CancellationToken);
        for (var run = 1; run <= 2; run++)
        {
            var ran = await Machine.RunAsync(rewrap);
            Assert.Equal(ExitCode.Denied, ran.ExitCode);
            Assert.Equal(1 + run, (await File.ReadAllLinesAsync(answers, TestContext.Current.CancellationToken)).Length);
        }

        // Another line than was answered, and answers to lines that are gone: nothing is sent, and nothing written.
        var kept = await File.ReadAllTextAsync(answers, TestContext.Current.CancellationToken);
        foreach (var other in new[] { $"{closed}\nkb:v1:AAAA\n\n{closed}\n", "kb:v1:AAAA\n", "" })
        {
            await File.WriteAllTextAsync(file, other, TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Usage, (await Machine.RunAsync(rewrap)).ExitCode);
            Assert.Equal(kept, await File.ReadAllTextAsync(answers, TestContext.Current.CancellationToken));
        }

        await File.WriteAllTextAsync(file, $"kb:v1:AAAA\n\n{closed}\n{closed}\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync(rewrap)).ExitCode);
        var numbers = Answers(await File.ReadAllTextAsync(answers, TestContext.Current.CancellationToken)).Select(answer => (int)answer["line"]!);
        Assert.Equal([1, 3, 1, 1, 4], numbers);
    }

    [Theory]
    [InlineData("not an answer")]
    [InlineData("{\"a\":1}\n")]
    [InlineData("{\"line\":1}\n")]
    [InlineData("{\"line\":1,\"of\":\"AA\",\"result\":{}}\nimportant data")]
    [InlineData("{\"line\":1,\"of\":\"AA\",\"result\":{},\"error\":{}}\n")]
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
