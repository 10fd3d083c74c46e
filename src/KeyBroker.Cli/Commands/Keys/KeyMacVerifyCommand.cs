using System.Buffers.Text;
using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key mac-verify.</summary>
internal static class KeyMacVerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--message", "The message");
        var mac = new Option<string?>("--mac") { Description = "The code, base64url", HelpName = "B64U" };
        var command = new Command("mac-verify", "Checks a message authentication code; exit code 1 if it is not valid") { mac };
        options.AddTo(command);
        return command
            .WithExamples(
                "keybroker key mac-verify web/session --message 'user=7' --mac 3q2-7w",
                "keybroker key mac-verify web/session --batch codes.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var given = call.Get(mac);
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, KeyUse.MacVerify, given is not null);
                }

                var item = new JsonObject
                {
                    ["message"] = Base64Url.EncodeToString(options.Input(call)),
                    ["mac"] = given ?? throw new UsageException("give the --mac"),
                };
                return Validity.Answer(call, KeyUse.MacVerify, await options.CallAsync(call, client, KeyUse.MacVerify, item));
            });
    }
}
