using System.Buffers.Text;
using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>secret: put values under seal and get them back, encrypted to the attested key on their way.</summary>
internal static class SecretCommands
{
    public static Command Create(Terminal terminal) => new("secret", "Secrets that the broker keeps sealed")
    {
        Put(terminal),
        Get(terminal),
        List(terminal),
    };

    private static Argument<string> Name() => new("name") { Description = "Name of the secret, like web/db-password" };

    private static Command Put(Terminal terminal)
    {
        var name = Name();
        var input = new InputOptions("--value", "The value");
        var generate = new Option<int?>("--generate") { Description = "Let the broker draw this many bytes", HelpName = "BYTES" };
        var command = new Command("put", "Seals a new version of a secret") { name, generate };
        input.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            var body = call.Get(generate) is { } bytes
                ? new JsonObject { ["generate"] = new JsonObject { ["bytes"] = bytes } }
                : new JsonObject { ["value"] = Base64Url.EncodeToString(input.Read(call)) };
            using var client = call.Client();
            var path = BrokerClient.SecretPath(call.Get(name));
            var put = await client.CallAsync(HttpMethod.Put, path, body, call.Cancelled);
            return call.Answer(put.Claims, () => PrintPut(call.Terminal, put));
        });
    }

    private static Command Get(Terminal terminal)
    {
        var name = Name();
        var version = new Option<int?>("--version") { Description = "Version of the secret; default the newest" };
        var output = new ResultOutput();
        var command = new Command("get", "Gets a secret; prints its bytes as they are") { name, version };
        output.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var body = new JsonObject { ["to"] = "enc" };
            body.AddIfGiven("version", call.Get(version));
            var path = BrokerClient.SecretPath(call.Get(name), "release");
            var released = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
            return call.WantsJson
                ? call.Answer(released.Claims, () => { })
                : output.Write(call, client.Open(released.Text("jwe")));
        });
    }

    private static Command List(Terminal terminal) => new Command("list", "Lists the secrets this machine may see")
        .Runs(terminal, async call =>
        {
            using var client = call.Client();
            var list = await client.CallAsync(HttpMethod.Get, "/v1/secrets", null, call.Cancelled);
            var rows = KeyTable.Items(list.Result).Select(secret => new[] { (string?)secret["name"], Labels.Text(secret["labels"]) });
            return call.Answer(list.Claims, () => call.Terminal.Table(["NAME", "LABELS"], rows));
        });

    private static void PrintPut(Terminal terminal, BrokerResult result)
    {
        var secret = result.Claims["secret"] as JsonObject ?? [];
        terminal.Done("sealed");
        terminal.Fields(
            ("secret", (string?)secret["name"]),
            ("version", secret["version"]?.ToString()),
            ("audit record", result.Claims["seq"]?.ToString()));
    }
}
