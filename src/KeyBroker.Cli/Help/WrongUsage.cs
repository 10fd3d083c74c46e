using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace KeyBroker.Cli.Help;

/// <summary>What to say when the words do not make a command.</summary>
internal static class WrongUsage
{
    public static int Explain(ParseResult parsed, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Tokens.Count == 0)
        {
            // A group without its verb: what verbs it has is the answer.
            parsed.InvocationConfiguration.Output = terminal.ErrorWriter;
            _ = new HelpAction { MaxWidth = terminal.Width }.Invoke(parsed);
            return ExitCode.Usage;
        }

        foreach (var error in parsed.Errors)
        {
            terminal.Error(string.Join(' ', error.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        }

        foreach (var word in parsed.UnmatchedTokens)
        {
            if (Similar.To(word, command) is { } meant)
            {
                terminal.ErrorDetail($"Did you mean '{meant}'?");
            }
        }

        terminal.ErrorDetail($"'{PathOf(parsed)} --help' shows how to use it.");
        return ExitCode.Usage;
    }

    private static string PathOf(ParseResult parsed)
    {
        var words = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            words.Insert(0, command.Command.Name);
        }

        return string.Join(' ', words.Prepend("keybroker"));
    }
}
