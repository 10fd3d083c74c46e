using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Commands;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm;

namespace KeyBroker.Cli;

/// <summary>The whole command: parses, runs, and turns every expected failure into words and an exit code.</summary>
internal static class CommandLine
{
    private const int ServiceUnavailable = 503;
    private const int TooManyRequests = 429;

    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // '@' begins a value like any other, never the name of a file of arguments.
        var parsed = Tree(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = terminal.OutputWriter,
            Error = terminal.ErrorWriter,
        };
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            return ExplainUsage(parsed, terminal, configuration);
        }

        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure) when (ExitCodeOf(failure) is not null)
        {
            Explain(terminal, failure);
            return ExitCodeOf(failure)!.Value;
        }
    }

    /// <summary>Every command and option there is.</summary>
    internal static RootCommand Tree(Terminal terminal)
    {
        var root = new RootCommand("Keys and secrets for machines whose TPM shows that they booted what they should.")
        {
            GlobalOptions.Broker,
            GlobalOptions.Tpm,
            GlobalOptions.State,
            GlobalOptions.Socket,
            GlobalOptions.Output,
            MachineCommands.Enroll(terminal),
            MachineCommands.Attest(terminal),
            KeyCommands.Create(terminal),
            SecretCommands.Create(terminal),
            PolicyCommands.Create(terminal),
            AdminCommands.Create(terminal),
            PcrCommands.Create(terminal),
            ConfigCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };
        root.Subcommands.Add(HelpCommand.Create(root, terminal));
        HelpWithExamples.PutInto(root, terminal);
        root.WithExamples(
            "keybroker enroll web-1",
            "keybroker key create web/signer",
            "keybroker key sign web/signer --message hello");
        return root;
    }

    private static int ExplainUsage(ParseResult parsed, Terminal terminal, InvocationConfiguration configuration)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Tokens.Count == 0)
        {
            // A group without its verb: what verbs it has is the answer.
            configuration.Output = terminal.ErrorWriter;
            _ = new HelpAction { MaxWidth = terminal.Width }.Invoke(parsed);
            return ExitCode.Usage;
        }

        foreach (var error in parsed.Errors)
        {
            terminal.Error(error.Message);
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

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        BrokerException { Problem.Status: ServiceUnavailable or TooManyRequests } => ExitCode.Unreachable,
        BrokerException or BrokerAnswerException or PolicyException or TpmException or TpmSessionException => ExitCode.Denied,
        BrokerUnreachableException => ExitCode.Unreachable,
        UsageException or NotEnrolledException => ExitCode.Usage,
        FormatException or IOException or UnauthorizedAccessException or SocketException => ExitCode.Denied,
        _ => null,
    };

    private static void Explain(Terminal terminal, Exception failure)
    {
        switch (failure)
        {
            case BrokerException denied:
                Denial.Print(terminal, denied.Problem);
                break;
            case PolicyException invalid:
                invalid.Errors.ToList().ForEach(error => terminal.Error(error.ToString()));
                break;
            default:
                terminal.Error(failure.Message);
                break;
        }
    }
}
