using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key mac.</summary>
internal static class KeyMacCommand
{
    public static Command Create(Terminal terminal)
    {
        var (options, output) = (new KeyUseOptions("--message", "The message"), new ResultOutput());
        var command = new Command("mac", "Authenticates a message with an HMAC key; prints the code as base64url");
        options.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker key mac web/session --message 'user=7'",
                "keybroker key mac web/session --batch sessions.jsonl > codes.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, KeyUse.Mac, output.IsGiven(call));
                }

                var message = new JsonObject { ["message"] = Base64Url.EncodeToString(options.Input(call)) };
                var made = await options.CallAsync(call, client, KeyUse.Mac, message);
                return call.WantsJson
                    ? call.Answer(made.Claims, () => { })
                    : output.Write(call, Encoding.ASCII.GetBytes(made.Text("mac") + "\n"));
            });
    }
}
