using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What the command says without a broker.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-usage-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("bogus")]
    [InlineData("key")]
    [InlineData("key", "sign")]
    [InlineData("key", "sign", "web/signer")]
    [InlineData("key", "list", "--broker", "no url")]
    [InlineData("secret", "put", "web/s", "--value", "a", "--file", "b")]
    [InlineData("attest")]
    [InlineData("policy", "validate", "/no/such/folder")]
    [InlineData("key", "list", "--output", "xml")]
    [InlineData("key", "show", "--pme")]
    [InlineData("key", "verify", "web/signer", "--message", "m")]
    [InlineData("key", "decrypt", "web/records", "--value", "kb:v1:x", "--receipt", "r")]
    [InlineData("key", "create", "web/signer", "--type", "rsa-512")]
    [InlineData("help", "nonsense")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, (await RunAsync(arguments)).ExitCode);

    [Theory]
    [InlineData("<name>", "enroll")]
    [InlineData("<machine>", "admin", "machines", "approve")]
    public async Task A_missing_argument_is_named(string argument, params string[] arguments) =>
        Assert.StartsWith($"{argument} is missing: ", (await RunAsync(arguments)).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("correct horse\tbattery\n", true)]
    [InlineData("h\u00e9", true)]
    [InlineData("\u001b[2J", false)]
    [InlineData("\u009b2J", false)]
    [InlineData("\0", false)]
    public void Text_is_told_from_what_steers_a_terminal(string text, bool isPlain)
    {
        Assert.Equal(isPlain, PlainText.Is(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.False(PlainText.Is([.. System.Text.Encoding.UTF8.GetBytes(text), 0xff]));
    }

    /// <summary>CLI-7.</summary>
    [Theory]
    [InlineData("plain h\u00e9 \U0001F511", "plain h\u00e9 \U0001F511")]
    [InlineData("a\u001b[2Jb\u009bc\0", "a?[2Jb?c?")]
    [InlineData("a\u202Eb", "a\\u{202e}b")]
    [InlineData("\u2066\u200f\u061c\u2028\ufeff", "\\u{2066}\\u{200f}\\u{061c}\\u{2028}\\u{feff}")]
    [InlineData("\U000E0041", "\\u{e0041}")]
    public void What_hides_or_reorders_text_is_shown_by_its_number(string text, string shown)
    {
        using var output = new MemoryStream();
        new Terminal(Stream.Null, output, Stream.Null, outputIsFile: true, errorIsFile: true).Line(text);
        Assert.Equal(shown + "\n", System.Text.Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal(shown.Replace("[", "[[", StringComparison.Ordinal), Terminal.Escape(text));
    }

    /// <summary>CLI-39: a file without end, and a folder, are refused in words.</summary>
    [Theory]
    [InlineData("longer than the 64 MiB", "secret", "put", "web/s", "--file", "/dev/zero")]
    [InlineData("is a folder", "secret", "put", "web/s", "--file", "/dev")]
    [InlineData("longer than the 16 MiB", "verify", "key-attestation", "/dev/zero", "--any-ak")]
    [InlineData("longer than the 16 MiB", "pcr", "replay", "/dev/zero")]
    [InlineData("a line is longer", "admin", "audit", "verify", "/dev/zero")]
    [InlineData("line 1 is longer", "key", "mac", "web/k", "--batch", "/dev/zero")]
    [InlineData("longer than the 16 MiB", "receipt", "verify", "r", "--keys", "/dev/zero")]
    public async Task No_file_is_read_without_end(string said, params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains(said, ran.Error);
    }

    [Fact]
    public async Task No_broker_ends_with_3()
    {
        var ran = await RunAsync("admin", "machines", "list", "--socket", Path.Combine(_folder.FullName, "none.sock"));

        Assert.Equal(ExitCode.Unreachable, ran.ExitCode);
        Assert.Contains("no broker answers", ran.Error);
    }

    [Fact]
    public async Task An_invalid_policy_ends_with_1_and_says_where()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "p.yaml"),
            "apiVersion: keybroker/v1\nkind: Policy\nnonsense: 1\n",
            TestContext.Current.CancellationToken);

        var ran = await RunAsync("policy", "validate", _folder.FullName);

        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains("p.yaml:3", ran.Error);
    }

    [Fact]
    public async Task An_at_sign_names_no_file_of_arguments()
    {
        var file = Path.Combine(_folder.FullName, "arguments");
        await File.WriteAllTextAsync(file, "--help", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Usage, (await RunAsync($"@{file}")).ExitCode);
    }

    [Theory]
    [InlineData("sign", "key", "sing")]
    [InlineData("--message", "key", "sign", "web/signer", "--mesage", "m")]
    [InlineData("--broker", "key", "list", "--brokr", "http://x")]
    public async Task Says_what_was_probably_meant(string meant, params string[] arguments) =>
        Assert.Contains($"Did you mean '{meant}'?", (await RunAsync(arguments)).Error);

    private Task<Ran> RunAsync(params string[] arguments) =>
        new CommandRun().RunAsync(arguments.Contains("--state") ? arguments : [.. arguments, "--state", _folder.FullName]);
}
