using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Commands;
using KeyBroker.Cli.Commands.Admin;
using KeyBroker.Cli.Commands.Brokers;
using KeyBroker.Cli.Commands.Audit;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Commands.Policies;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Commands.RelyingParties;
using KeyBroker.Cli.Commands.Secrets;
using KeyBroker.Cli.Commands.Verification;
using KeyBroker.Cli.Doctor;
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
        if ((parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            || (parsed.Action == parsed.CommandResult.Command.Action && WrongUsage.Strays(parsed).Any()))
        {
            return WrongUsage.Explain(parsed, terminal);
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
            GlobalOptions.RequireBroker,
            GlobalOptions.Output,
            MachineCommands.Enroll(terminal),
            MachineCommands.Attest(terminal),
            KeyCommands.Create(terminal),
            SecretCommands.Create(terminal),
            RandomCommand.Create(terminal),
            ReceiptCommands.Create(terminal),
            BrokerCommands.Create(terminal),
            AppraiseCommand.Create(terminal),
            VerifyCommands.Create(terminal),
            AuditCommands.Create(terminal),
            PolicyCommands.Create(terminal),
            AdminCommands.Create(terminal),
            PcrCommands.Create(terminal),
            DoctorCommand.Create(terminal),
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

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        BrokerException { Problem.Status: ServiceUnavailable or TooManyRequests } => ExitCode.Unreachable,
        BrokerRefusedException or BrokerException or BrokerAnswerException or PolicyException or TpmException or TpmSessionException or SecretStateException => ExitCode.Denied,
        BrokerUnreachableException => ExitCode.Unreachable,
        UsageException or NotEnrolledException or ResultNeededException => ExitCode.Usage,
        FormatException or CheckpointException or IOException or UnauthorizedAccessException or SocketException => ExitCode.Denied,
        ReceiptException or JsonException or DeniedException or InvalidOperationException or ArgumentException => ExitCode.Denied, // Files and answers are input.
        _ => null,
    };

    private static void Explain(Terminal terminal, Exception failure)
    {
        switch (failure)
        {
            case BrokerException denied:
                Denial.Print(terminal, denied.Problem);
                break;
            case BrokerRefusedException refused:
                BrokerRefusal.Print(terminal, refused.Reasons);
                break;
            case PolicyException invalid:
                invalid.Errors.ToList().ForEach(error => terminal.Error(error.ToString()));
                break;
            case BrokerUnreachableException:
                terminal.Error(failure.Message);
                terminal.ErrorDetail("'keybroker doctor' looks at what is missing, 'keybroker config' at where it was looked for.");
                break;
            default:
                terminal.Error(failure.Message);
                break;
        }
    }
}
