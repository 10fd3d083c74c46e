using System.Buffers.Text;
using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>secret put.</summary>
internal static class SecretPutCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = SecretCommands.Name();
        var input = new InputOptions("--value", "The value", " (others on this host may see it in the list of processes)");
        var generate = new Option<int?>("--generate") { Description = "Let the broker draw this many bytes", HelpName = "BYTES" };
        var labels = Labels.Option();
        var (once, receipt) = (new IdempotencyOption(), new ReceiptOption());
        var command = new Command("put", "Seals a new version of a secret") { name, generate, labels };
        input.AddTo(command);
        once.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker secret put web/db-password --file password.txt",
                "pass show db | keybroker secret put web/db-password -",
                "keybroker secret put web/token --generate 32 --idempotency-key deploy-17")
            .Runs(terminal, async call =>
            {
                var body = Body(call, input, call.Get(generate));
                body.AddIfGiven("labels", Labels.Parse(call.Get(labels)));
                using var client = call.Client();
                var put = new BrokerCall(HttpMethod.Put, BrokerClient.SecretPath(call.Get(name)), body);
                var result = await client.CallAsync(receipt.Only(call, once.Put(call, put)), call.Cancelled);
                receipt.Keep(call, result);
                return call.Answer(result.Claims, () => Print(call.Terminal, result));
            });
    }

    private static JsonObject Body(Invocation call, InputOptions input, int? generate)
    {
        if (generate is null)
        {
            return new JsonObject { ["value"] = Base64Url.EncodeToString(input.Read(call)) };
        }

        return input.IsGiven(call)
            ? throw new UsageException("a value, or --generate: one of them")
            : new JsonObject { ["generate"] = new JsonObject { ["bytes"] = generate } };
    }

    private static void Print(Terminal terminal, BrokerResult result)
    {
        var secret = result.Claims["secret"] as JsonObject ?? [];
        terminal.Done("sealed");
        terminal.Fields(
            ("secret", (string?)secret["name"]),
            ("version", secret["version"]?.ToString()),
            ("audit record", result.Claims["seq"]?.ToString()));
    }
}
