using System.CommandLine;
using System.Text;
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
        var peer = new Option<string?>("--peer") { Description = "The other side's public key, as PEM or JWK", HelpName = "FILE" };
        var (output, receipt) = (new ResultOutput(), new ReceiptOption());
        var command = new Command("agree", "Agrees on a secret with somebody else's key; prints its bytes, before any key derivation") { name, peer, version };
        var batch = new HandOutBatch(KeyUse.Agree, "secret");
        batch.AddTo(command);
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker key agree web/exchange --peer theirs.pem --out shared.bin",
                "jq -c '{peer: .}' peers.jwk | keybroker key agree web/exchange --batch -")
            .Runs(terminal, async call =>
            {
                if (batch.IsGiven(call))
                {
                    return await batch.RunAsync(
                        call, call.Get(name), PublicKeys.KeepPublic, receipt, output.IsGiven(call) || call.Get(peer) is not null || call.Get(version) is not null);
                }

                var file = call.Get(peer) ?? throw new UsageException("name the other side's public key with --peer, or many with --batch");
                using var client = call.Client();
                var body = new JsonObject { ["peer"] = PublicKeys.ReadEc(Encoding.UTF8.GetString(InputFile.Read(file))) };
                body.AddIfGiven("version", call.Get(version));
                var agreed = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(call.Get(name), "agree"), body, call.Cancelled);
                receipt.Keep(call, agreed);
                return call.WantsJson
                    ? call.Answer(agreed.Claims, () => { })
                    : output.Write(call, client.Open(agreed.Text("jwe")));
            });
    }
}
