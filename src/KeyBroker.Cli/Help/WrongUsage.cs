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

        var (strays, missing) = (Strays(parsed).ToList(), Missing(parsed).ToList());
        var messages = strays.Count > 0
            ? strays.Select(word => $"There is no '{word}' here")
            : missing.Count > 0
            ? missing.Select(argument => $"<{argument.Name}> is missing: {argument.Description}")
            : parsed.Errors.Select(error => string.Join(' ', error.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        messages.ToList().ForEach(terminal.Error);
        foreach (var meant in strays.Select(word => Similar.To(word, command)).OfType<string>())
        {
            terminal.ErrorDetail($"Did you mean '{meant}'?");
        }

        terminal.ErrorDetail($"'{PathOf(parsed)} --help' shows how to use it.");
        return ExitCode.Usage;
    }

    /// <summary>Words nobody takes, and misspelt options that would pass for the argument of a command.</summary>
    public static IEnumerable<string> Strays(ParseResult parsed) => parsed.CommandResult.Children
        .OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens)
        .Select(token => token.Value)
        .Where(word => word.StartsWith("--", StringComparison.Ordinal))
        .Concat(parsed.UnmatchedTokens)
        .Distinct();

    private static IEnumerable<Argument> Missing(ParseResult parsed) => parsed.CommandResult.Command.Arguments
        .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 });

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
