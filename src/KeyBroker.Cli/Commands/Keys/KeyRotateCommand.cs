using System.CommandLine;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key rotate.</summary>
internal static class KeyRotateCommand
{
    public static Command Create(Terminal terminal)
    {
        var (name, once, receipt) = (KeyCommands.Name(), new IdempotencyOption(), new ReceiptOption());
        var command = new Command("rotate", "Makes a new version of a key; the old one only verifies and decrypts") { name };
        once.AddTo(command);
        receipt.AddTo(command);
        return command.TakesIfMatch()
            .WithExamples(
                "keybroker key rotate web/signer",
                "keybroker key rotate web/signer --idempotency-key \"rotation-$(date +%G-W%V)\"")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var rotate = new BrokerCall(HttpMethod.Post, BrokerClient.KeyPath(call.Get(name), "rotate"), []);
                // Its type is the broker's to know: the primes of RSA may be looked for.
                var rotated = await call.Terminal.WorkAsync(
                    "The broker's TPM makes a new version",
                    _ => client.CallAsync(receipt.Only(call, once.Put(call, IfMatchOption.Put(call, rotate))), call.Cancelled));
                receipt.Keep(call, rotated);
                return call.Answer(rotated.Claims, () => KeyMade.Print(call.Terminal, "rotated", rotated));
            });
    }
}
