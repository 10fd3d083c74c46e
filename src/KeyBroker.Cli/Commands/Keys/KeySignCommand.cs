using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key sign.</summary>
internal static class KeySignCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--message", "The message");
        var (algorithm, version, output) = (new SigningAlgorithm(), KeyCommands.Version(), new ResultOutput());
        var rawDer = new Option<bool>("--raw-der")
        {
            Description = "Print the signature as openssl wants it: DER for ECDSA, plain bytes for RSA",
        };
        var command = new Command("sign", "Signs a message; prints the signature as base64url, r and s for ECDSA") { version, rawDer };
        algorithm.AddTo(command);
        options.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker key sign web/signer --message 'pay 10 EUR'",
                "keybroker key sign web/signer --file order.pdf --raw-der --out order.sig",
                "keybroker key sign web/tls --alg RS256 - < request",
                "keybroker key sign web/signer --batch orders.jsonl --receipt orders.jwt > signatures.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var alg = await algorithm.OfAsync(call, client, options.Name(call));
                var use = KeyUse.Sign with { Complete = item => SignedMessage.Complete(item, alg, call.Get(version)) };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, use, call.Get(rawDer), output.IsGiven(call));
                }

                var message = new JsonObject { ["message"] = Base64Url.EncodeToString(options.Input(call)) };
                var signed = await options.CallAsync(call, client, use, message);
                if (call.Get(rawDer))
                {
                    return output.Write(call, PublicKeys.ForOpenSsl(signed.Text("alg"), signed.Bytes("signature")));
                }

                return call.WantsJson
                    ? call.Answer(signed.Claims, () => { })
                    : output.Write(call, Encoding.ASCII.GetBytes(signed.Text("signature") + "\n"));
            });
    }
}
