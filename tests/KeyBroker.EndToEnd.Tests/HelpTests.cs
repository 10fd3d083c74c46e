using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using KeyBroker.Cli;
using KeyBroker.Cli.Help;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The help of every command: it is there, it has examples, and the examples are commands.</summary>
public sealed partial class HelpTests
{
    private static readonly RootCommand s_tree = CommandLine.Tree(new Terminal(Stream.Null, Stream.Null, Stream.Null, true, true));

    public static TheoryData<string> Verbs =>
        [.. Leaves(s_tree, []).Select(leaf => string.Join(' ', leaf.Path))];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_command_shows_examples(string path)
    {
        var ran = await new CommandRun().RunAsync([.. path.Split(' '), "--help"]);

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Contains($"Usage:\n  keybroker {path}", ran.Text.Replace("testhost", "keybroker", StringComparison.Ordinal).Replace(RootCommand.ExecutableName, "keybroker", StringComparison.Ordinal));
        Assert.Contains("Examples:\n  ", ran.Text);
    }

    [Fact]
    public void Every_example_is_a_command()
    {
        var examples = Leaves(s_tree, []).SelectMany(leaf => Examples.Of(leaf.Command)).Concat(Examples.Of(s_tree)).ToList();

        Assert.All(examples, example => Assert.All(Invocations().Matches(example), call =>
        {
            // What a shell does with quotes, as far as our examples go.
            var words = Words().Matches(call.Groups[1].Value).Select(word => word.Value.Trim('\'', '"')).ToArray();
            var parsed = s_tree.Parse(words);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(", ", parsed.Errors)}");
            Assert.Empty(WrongUsage.Strays(parsed));
        }));
        Assert.True(examples.Count > 60);
    }

    [Fact]
    public void Every_option_and_argument_is_described()
    {
        var nameless = Leaves(s_tree, []).SelectMany(leaf => leaf.Command.Options.Cast<Symbol>().Concat(leaf.Command.Arguments))
            .Where(symbol => symbol is not HelpOption && string.IsNullOrEmpty(symbol.Description));

        Assert.Empty(nameless);
    }

    [Fact]
    public async Task Topics_are_told()
    {
        foreach (var topic in Topics.Names)
        {
            Assert.Contains(topic.Split('-')[0], (await new CommandRun().RunAsync("help", topic)).Text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("--raw-der", (await new CommandRun().RunAsync("help", "key", "sign")).Text);
    }

    private static IEnumerable<(string[] Path, Command Command)> Leaves(Command command, string[] path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(verb => Leaves(verb, [.. path, verb.Name]));

    [GeneratedRegex(@"(?:^|[|(] ?|KEYBROKER_\w+=\w+ )keybroker ((?:""[^""]*""|'[^']*'|[^|<>)])*)")]
    private static partial Regex Invocations();

    [GeneratedRegex(@"""[^""]*""|'[^']*'|\S+")]
    private static partial Regex Words();
}
