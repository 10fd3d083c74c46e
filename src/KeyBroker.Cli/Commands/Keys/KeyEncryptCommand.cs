using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key encrypt.</summary>
internal static class KeyEncryptCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--value", "The plaintext");
        var (aad, output) = (new AdditionalData(), new ResultOutput());
        var command = new Command("encrypt", "Encrypts up to 64 KiB; prints the ciphertext");
        options.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker key encrypt web/records --file plan.txt --aad row-7 --out plan.kb",
                "echo -n secret | keybroker key encrypt web/records -",
                "keybroker key encrypt web/records --batch rows.jsonl > ciphertexts.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var use = KeyUse.Encrypt with { Complete = item => aad.Put(call, item) };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, use, output.IsGiven(call));
                }

                var plaintext = new JsonObject { ["plaintext"] = Base64Url.EncodeToString(options.Input(call)) };
                var encrypted = await options.CallAsync(call, client, use, plaintext);
                return call.WantsJson
                    ? call.Answer(encrypted.Claims, () => { })
                    : output.Write(call, Encoding.ASCII.GetBytes(encrypted.Text("ciphertext") + "\n"));
            });
    }
}
