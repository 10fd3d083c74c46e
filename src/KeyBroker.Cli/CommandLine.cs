using System.CommandLine;
using System.Net.Sockets;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Commands;
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
        if (parsed.Errors.Count > 0)
        {
            parsed.Errors.ToList().ForEach(error => terminal.Error(error.Message));
            terminal.ErrorDetail("'keybroker --help', or --help behind any command, shows how to use it.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = terminal.OutputWriter,
            Error = terminal.ErrorWriter,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception failure) when (ExitCodeOf(failure) is not null)
        {
            Explain(terminal, failure);
            return ExitCodeOf(failure)!.Value;
        }
    }

    private static RootCommand Tree(Terminal terminal) =>
        new($"""
            Keys and secrets for machines whose TPM shows that they booted what they should.

            Exit codes: {ExitCode.Done} done; {ExitCode.Denied} denied or failed; {ExitCode.Usage} wrong usage; {ExitCode.Unreachable} broker unreachable or unavailable.
            """)
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
        };

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        BrokerException { Problem.Status: ServiceUnavailable or TooManyRequests } => ExitCode.Unreachable,
        BrokerException or BrokerAnswerException or PolicyException or TpmException or TpmSessionException => ExitCode.Denied,
        BrokerUnreachableException => ExitCode.Unreachable,
        UsageException or NotEnrolledException => ExitCode.Usage,
        FormatException or IOException or UnauthorizedAccessException or SocketException => ExitCode.Denied,
        OperationCanceledException => ExitCode.Denied,
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
