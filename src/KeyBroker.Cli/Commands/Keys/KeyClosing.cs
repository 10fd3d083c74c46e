using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>The commands that close something under a key: key encrypt and key wrap.</summary>
/// <param name="use">The call, whose content is what is closed.</param>
/// <param name="closed">The member of the result that holds the closed text.</param>
internal sealed class KeyClosing(KeyUse use, string closed)
{
    public Command Create(Terminal terminal, KeyUseOptions options, string description, params string[] examples)
    {
        var (aad, output) = (new AdditionalData(), new ResultOutput());
        var command = new Command(use.Verb, description);
        options.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(examples)
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var closing = use with { Complete = item => aad.Put(call, item) };
                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, closing, output.IsGiven(call));
                }

                var content = new JsonObject { [use.Content] = Base64Url.EncodeToString(options.Input(call)) };
                var answer = await options.CallAsync(call, client, closing, content);
                return call.WantsJson
                    ? call.Answer(answer.Claims, () => { })
                    : output.Write(call, Encoding.ASCII.GetBytes(answer.Text(closed) + "\n"));
            });
    }
}
