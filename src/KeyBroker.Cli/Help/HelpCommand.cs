using System.CommandLine;
using KeyBroker.Cli.Commands;

namespace KeyBroker.Cli.Help;

/// <summary>help: a topic, or the help of a command.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root, Terminal terminal)
    {
        var words = new Argument<string[]>("topic")
        {
            Description = $"{string.Join(", ", Topics.Names)}, or the words of a command",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.CompletionSources.Add([.. Topics.Names]);
        return new Command("help", "Tells about a topic or a command") { words }
            .WithExamples("keybroker help exit-codes", "keybroker help key sign")
            .Runs(terminal, call => Show(root, terminal, call.Get(words)));
    }

    private static int Show(RootCommand root, Terminal terminal, string[] words)
    {
        if (words is [var topic] && Topics.Names.Contains(topic))
        {
            terminal.Block(Topics.Of(topic));
            return ExitCode.Done;
        }

        Command command = root;
        foreach (var word in words)
        {
            command = command.Subcommands.FirstOrDefault(found => found.Name == word)
                ?? throw new UsageException($"there is no topic or command '{string.Join(' ', words)}'");
        }

        // The words name commands now, so this parses.
        return root.Parse([.. words, "--help"]).Invoke(new InvocationConfiguration
        {
            Output = terminal.OutputWriter,
            Error = terminal.ErrorWriter,
        });
    }
}
