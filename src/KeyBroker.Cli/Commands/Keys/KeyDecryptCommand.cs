using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key decrypt.</summary>
internal static class KeyDecryptCommand
{
    private const int LongestCiphertext = 128 * 1024;

    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--value", "The ciphertext");
        var (aad, output) = (new AdditionalData(), new ResultOutput());
        var to = new Option<string?>("--to")
        {
            Description = "enc: have it sent encrypted to this machine's attested key, and opened here",
        };
        to.AcceptOnlyFromAmong("enc");
        var command = new Command("decrypt", "Decrypts; prints the plaintext as it was") { to };
        options.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker key decrypt web/records --file plan.kb --aad row-7",
                "keybroker key decrypt web/records --to enc --file plan.kb --aad row-7 --out plan.txt",
                "keybroker key decrypt web/records --to enc --batch ciphertexts > rows.jsonl")
            .Runs(terminal, async call =>
            {
                if (options.KeepsReceipt(call) && call.Get(to) is null)
                {
                    throw new UsageException("a receipt of this would hold the plaintext: add --to enc");
                }

                using var client = call.Client();
                var use = KeyUse.Decrypt with
                {
                    Complete = item => To(call.Get(to), aad.Put(call, item)),
                    Open = result => Open(client, result),
                };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, use, output.IsGiven(call));
                }

                var ciphertext = new JsonObject { ["ciphertext"] = Text(options.Input(call)) };
                var decrypted = await options.CallAsync(call, client, use, ciphertext);
                return call.WantsJson
                    ? call.Answer(decrypted.Claims, () => { })
                    : output.Write(call, Base64Url.DecodeFromChars((string)Open(client, decrypted.Result)["plaintext"]!));
            });
    }

    private static JsonObject To(string? to, JsonObject item)
    {
        item.AddIfGiven("to", to);
        return item;
    }

    private static JsonObject Open(BrokerClient client, JsonObject result) => result["jwe"] is JsonValue jwe
        ? new JsonObject { ["plaintext"] = Base64Url.EncodeToString(client.Open(jwe.GetValue<string>())) }
        : result;

    private static string Text(byte[] input) => input.Length <= LongestCiphertext
        ? Encoding.ASCII.GetString(input).Trim()
        : throw new UsageException("that is too long to be a ciphertext of this broker");
}
