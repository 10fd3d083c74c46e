using System.Buffers.Text;
using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key verify.</summary>
internal static class KeyVerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--message", "The message");
        var (algorithm, version) = (new SigningAlgorithm(), KeyCommands.Version());
        var signature = new Option<string?>("--signature") { Description = "The signature, base64url", HelpName = "B64U" };
        var command = new Command("verify", "Checks a signature; exit code 1 if it is not valid") { signature, version };
        algorithm.AddTo(command);
        options.AddTo(command);
        return command
            .WithExamples(
                "keybroker key verify web/signer --message 'pay 10 EUR' --signature MEQCIF...",
                "keybroker key verify web/signer --file order.pdf --signature MEQCIF... --version 1",
                "keybroker key verify web/signer --batch signed.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var given = call.Get(signature);
                if (given is null && !options.IsBatch(call))
                {
                    throw new UsageException("give the --signature");
                }

                var alg = await algorithm.OfAsync(call, client, options.Name(call));
                var use = KeyUse.Verify with { Complete = item => SignedMessage.Complete(item, alg, call.Get(version)) };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, use, given is not null);
                }

                var item = new JsonObject
                {
                    ["message"] = Base64Url.EncodeToString(options.Input(call)),
                    ["signature"] = given,
                };
                return Validity.Answer(call, use, await options.CallAsync(call, client, use, item));
            });
    }
}
