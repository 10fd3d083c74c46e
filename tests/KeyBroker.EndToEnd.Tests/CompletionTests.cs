using System.Diagnostics;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Completion of words, in the shell that is surely there.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("keybroker key s", "show", "sign")]
    [InlineData("keybroker key mac", "mac", "mac-verify")]
    [InlineData("keybroker key sign x --rec", "--receipt")]
    [InlineData("keybroker key create x --type rsa-", "rsa-2048", "rsa-3072")]
    [InlineData("keybroker help exit", "exit-codes")]
    [InlineData("keybroker admin machines list --status pend", "pending")]
    public async Task Bash_offers_what_fits(string line, params string[] expected)
    {
        var script = (await new CommandRun().RunAsync("completion", "bash")).Text;
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "KeyBroker.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name);
        var test = $$"""
            PATH="{{program}}:$PATH"
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<<"$COMP_LINE"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _keybroker
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", test]) { RedirectStandardOutput = true })!;
        var offered = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, offered.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("zsh", "compdef _keybroker keybroker")]
    [InlineData("fish", "complete -c keybroker")]
    public async Task Others_have_a_script(string shell, string part) =>
        Assert.Contains(part, (await new CommandRun().RunAsync("completion", shell)).Text);
}
