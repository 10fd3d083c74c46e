using System.CommandLine;
using KeyBroker.Cli.Commands.Verification;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Receipts;

/// <summary>receipt: checks what was kept with --receipt.</summary>
internal static class ReceiptCommands
{
    public static Command Create(Terminal terminal) => new("receipt", "Receipts that the broker signed")
    {
        VerifyReceiptCommand.Create(terminal, "verify", asksTheBroker: true),
        Keys(terminal),
    };

    private static Command Keys(Terminal terminal) => new Command("keys", "Prints the broker's signing keys, to keep beside receipts")
        .WithExamples("keybroker receipt keys > keys.json")
        .Runs(terminal, async call =>
        {
            call.Terminal.Json(await ReceiptCheck.FetchKeysAsync(call.BrokerUrl(), call.Cancelled));
            return ExitCode.Done;
        });
}
