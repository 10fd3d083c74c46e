using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>key: make keys and look at them; using them is in <see cref="KeyUseCommands"/>.</summary>
internal static class KeyCommands
{
    public static Command Create(Terminal terminal) => new("key", "Keys that the broker keeps and this machine may use")
    {
        CreateKey(terminal),
        List(terminal),
        Show(terminal),
        KeyUseCommands.Sign(terminal),
        KeyUseCommands.Verify(terminal),
        KeyUseCommands.Encrypt(terminal),
        KeyUseCommands.Decrypt(terminal),
        Rotate(terminal),
    };

    internal static Argument<string> Name() => new("name") { Description = "Name of the key, like web/signer" };

    internal static Option<int?> Version() => new("--version") { Description = "Version of the key; default the newest" };

    private static Command CreateKey(Terminal terminal)
    {
        var name = Name();
        var type = new Option<string>("--type") { Description = "ec-p256 or aes-256", DefaultValueFactory = _ => "ec-p256" };
        var protection = new Option<string?>("--protection") { Description = "tpm or sealed" };
        var residence = new Option<string?>("--residence") { Description = "local or fleet" };
        var operations = new Option<string[]>("--operations") { Description = "What it may do", AllowMultipleArgumentsPerToken = true };
        var labels = Labels.Option();
        return new Command("create", "Makes a key") { name, type, protection, residence, operations, labels }
            .Runs(terminal, async call =>
            {
                var body = new JsonObject { ["name"] = call.Get(name), ["type"] = call.Get(type) };
                body.AddIfGiven("protection", call.Get(protection));
                body.AddIfGiven("residence", call.Get(residence));
                body.AddIfGiven("operations", call.Get(operations));
                body.AddIfGiven("labels", Labels.Parse(call.Get(labels)));
                using var client = call.Client();
                var made = await client.CallAsync(HttpMethod.Post, "/v1/keys", body, call.Cancelled);
                return call.Answer(made.Claims, () => PrintKey(call.Terminal, "created", made));
            });
    }

    private static Command List(Terminal terminal) => new Command("list", "Lists the keys this machine may see")
        .Runs(terminal, async call =>
        {
            using var client = call.Client();
            var list = await client.CallAsync(HttpMethod.Get, "/v1/keys", null, call.Cancelled);
            return call.Answer(list.Claims, () => KeyTable.Print(call.Terminal, KeyTable.Items(list.Result)));
        });

    private static Command Show(Terminal terminal)
    {
        var name = Name();
        var version = Version();
        var pem = new Option<bool>("--pem") { Description = "Print the public key as PEM" };
        return new Command("show", "Shows a key and its versions") { name, version, pem }.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var shown = await client.CallAsync(HttpMethod.Get, BrokerClient.KeyPath(call.Get(name)), null, call.Cancelled);
            if (call.Get(pem))
            {
                call.Terminal.Block(PublicKeys.ToPem(KeyTable.Version(shown.Result, call.Get(version))));
                return ExitCode.Done;
            }

            return call.Answer(shown.Claims, () => KeyTable.PrintOne(call.Terminal, shown.Result));
        });
    }

    private static Command Rotate(Terminal terminal)
    {
        var name = Name();
        return new Command("rotate", "Makes a new version of a key; the old one only verifies and decrypts") { name }
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var path = BrokerClient.KeyPath(call.Get(name), "rotate");
                var rotated = await client.CallAsync(HttpMethod.Post, path, [], call.Cancelled);
                return call.Answer(rotated.Claims, () => PrintKey(call.Terminal, "rotated", rotated));
            });
    }

    private static void PrintKey(Terminal terminal, string what, BrokerResult result)
    {
        var key = result.Claims["key"] as JsonObject ?? [];
        terminal.Done(what);
        terminal.Fields(
            ("key", (string?)key["name"]),
            ("version", key["version"]?.ToString()),
            ("type", (string?)key["type"]),
            ("protection", (string?)key["protection"]),
            ("residence", (string?)key["residence"]),
            ("state", (string?)key["state"]),
            ("audit record", result.Claims["seq"]?.ToString()));
    }
}
