using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>The commands that open what another one closed: key decrypt and key unwrap.</summary>
/// <param name="use">The call, whose content is the closed text.</param>
/// <param name="opened">The member of the result that holds what was in it.</param>
internal sealed class KeyOpening(KeyUse use, string opened)
{
    private const int LongestCiphertext = 128 * 1024;

    public Command Create(Terminal terminal, string description, params string[] examples)
    {
        var options = new KeyUseOptions("--value", "What was closed, kb:v...");
        var (aad, output) = (new AdditionalData(), new ResultOutput());
        var to = new Option<string?>("--to")
        {
            Description = "enc: have it sent encrypted to this machine's attested key, and opened here",
        };
        to.AcceptOnlyFromAmong("enc");
        var command = new Command(use.Verb, description) { to };
        options.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(examples)
            .Runs(terminal, async call =>
            {
                if (options.KeepsReceipt(call) && call.Get(to) is null)
                {
                    throw new UsageException("a receipt of this would hold what is opened: add --to enc");
                }

                using var client = call.Client();
                var opening = use with
                {
                    Complete = item => To(call.Get(to), aad.Put(call, item)),
                    Open = result => Open(client, result),
                };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, opening, output.IsGiven(call));
                }

                var closed = new JsonObject { [use.Content] = Text(options.Input(call)) };
                var answer = await options.CallAsync(call, client, opening, closed);
                return call.WantsJson
                    ? call.Answer(answer.Claims, () => { })
                    : output.Write(call, Base64Url.DecodeFromChars((string)Open(client, answer.Result)[opened]!));
            });
    }

    private static JsonObject To(string? to, JsonObject item)
    {
        item.AddIfGiven("to", to);
        return item;
    }

    private JsonObject Open(BrokerClient client, JsonObject result) => result["jwe"] is JsonValue jwe
        ? new JsonObject { [opened] = Base64Url.EncodeToString(client.Open(jwe.GetValue<string>())) }
        : result;

    internal static string Text(byte[] input) => input.Length <= LongestCiphertext
        ? Encoding.ASCII.GetString(input).Trim()
        : throw new UsageException("that is too long to be a ciphertext of this broker");
}
