using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>secret get: the value comes as a JWE to the attested key, and is opened here.</summary>
internal static class SecretGetCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = SecretCommands.Name();
        var version = new Option<int?>("--version") { Description = "Version of the secret; default the newest", HelpName = "N" };
        var (output, receipt) = (new ResultOutput(), new ReceiptOption());
        var command = new Command("get", "Gets a secret; prints its bytes as they are") { name, version };
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker secret get web/db-password",
                "keybroker secret get web/tls-key --version 2 --out tls.key --receipt release.jwt")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var body = new JsonObject { ["to"] = "enc" };
                body.AddIfGiven("version", call.Get(version));
                var path = BrokerClient.SecretPath(call.Get(name), "release");
                var released = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
                receipt.Keep(call, released);
                return call.WantsJson
                    ? call.Answer(released.Claims, () => { })
                    : output.Write(call, client.Open(released.Text("jwe")));
            });
    }
}
