using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key data-key.</summary>
internal static class KeyDataKeyCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var bytes = new Option<int?>("--bytes") { Description = "16, 24, 32 (default), 48 or 64", HelpName = "N" };
        var (aad, output, receipt) = (new AdditionalData(), new ResultOutput(), new ReceiptOption());
        var command = new Command("data-key", "Makes a fresh key: its bytes go into the file of --out, and it is printed wrapped") { name, bytes };
        var batch = new HandOutBatch(KeyUse.DataKey, "key");
        batch.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker key data-key web/records --out disk.key > disk.kb",
                "keybroker key unwrap web/records --to enc --file disk.kb --out disk.key",
                "printf '{}\\n{\"bytes\":64}\\n' | keybroker key data-key web/records --batch -")
            .Runs(terminal, async call =>
            {
                if (batch.IsGiven(call))
                {
                    return await batch.RunAsync(call, call.Get(name), item => Put(aad.Put(call, item), call.Get(bytes)), receipt, output.IsGiven(call));
                }

                if (!call.WantsJson && !output.IsGiven(call))
                {
                    throw new UsageException("name a file for the key with --out; what is printed is the key wrapped");
                }

                using var client = call.Client();
                var body = Put(aad.Put(call, []), call.Get(bytes));
                var made = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(call.Get(name), "data-key"), body, call.Cancelled);
                receipt.Keep(call, made);
                if (output.IsGiven(call))
                {
                    Write(call, output, client.Open(made.Text("jwe")));
                }

                return call.Answer(made.Claims, () => call.Terminal.Line(made.Text("wrapped")));
            });
    }

    private static JsonObject Put(JsonObject item, int? bytes)
    {
        if (!item.ContainsKey("bytes"))
        {
            item.AddIfGiven("bytes", bytes);
        }

        return item;
    }

    private static void Write(Invocation call, ResultOutput output, byte[] key)
    {
        _ = output.Write(call, key);
        CryptographicOperations.ZeroMemory(key);
    }
}
