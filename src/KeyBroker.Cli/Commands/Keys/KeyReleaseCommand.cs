using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key release: an exportable key comes as a JWE to the attested key, and is opened here.</summary>
internal static class KeyReleaseCommand
{
    public static Command Create(Terminal terminal)
    {
        var (name, version) = (KeyCommands.Name(), KeyCommands.Version());
        var (output, receipt) = (new ResultOutput(), new ReceiptOption());
        var command = new Command("release", "Gets an exportable key; prints its private JWK") { name, version };
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples("keybroker key release web/tls --out tls.jwk --receipt release.jwt")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var body = new JsonObject { ["to"] = "enc" };
                body.AddIfGiven("version", call.Get(version));
                var released = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(call.Get(name), "release"), body, call.Cancelled);
                receipt.Keep(call, released);
                return call.WantsJson
                    ? call.Answer(released.Claims, () => { })
                    : output.Write(call, client.Open(released.Text("jwe")));
            });
    }
}
