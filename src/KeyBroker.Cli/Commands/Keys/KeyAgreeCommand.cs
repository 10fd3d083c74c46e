using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key agree.</summary>
internal static class KeyAgreeCommand
{
    public static Command Create(Terminal terminal)
    {
        var (name, version) = (KeyCommands.Name(), KeyCommands.Version());
        var peer = new Option<string>("--peer") { Description = "The other side's public key, as PEM or JWK", HelpName = "FILE", Required = true };
        var (output, receipt) = (new ResultOutput(), new ReceiptOption());
        var command = new Command("agree", "Agrees on a secret with somebody else's key; prints its bytes, before any key derivation") { name, peer, version };
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples("keybroker key agree web/exchange --peer theirs.pem --out shared.bin")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var body = new JsonObject { ["peer"] = PublicKeys.ReadEc(await File.ReadAllTextAsync(call.Get(peer), call.Cancelled)) };
                body.AddIfGiven("version", call.Get(version));
                var agreed = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(call.Get(name), "agree"), body, call.Cancelled);
                receipt.Keep(call, agreed);
                return call.WantsJson
                    ? call.Answer(agreed.Claims, () => { })
                    : output.Write(call, client.Open(agreed.Text("jwe")));
            });
    }
}
