using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Batches;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key rewrap.</summary>
internal static class KeyRewrapCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new KeyUseOptions("--value", "The ciphertext, or the wrapped key");
        var (aad, output) = (new AdditionalData(), new ResultOutput());
        var all = new Option<string?>("--all")
        {
            Description = "As --batch, with the answers in the file of --out; called again, it tries again what failed and goes on where it stopped",
            HelpName = "FILE",
        };
        var command = new Command("rewrap", "Brings a ciphertext under the newest version; no plaintext leaves the broker") { all };
        options.AddTo(command);
        aad.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker key rewrap web/records --file plan.kb --aad row-7 --out plan.new.kb",
                "keybroker key rewrap web/records --all ciphertexts.jsonl --out rewrapped.jsonl")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var use = KeyUse.Rewrap with { Complete = item => aad.Put(call, item) };
                if (call.Get(all) is { } lines)
                {
                    return await AllAsync(call, client, use, (lines, output.PathOf(call)), options);
                }

                if (options.IsBatch(call))
                {
                    return await options.BatchAsync(call, client, use, output.IsGiven(call));
                }

                var old = new JsonObject { ["ciphertext"] = KeyOpening.Text(options.Input(call)) };
                var answer = await options.CallAsync(call, client, use, old);
                return call.WantsJson
                    ? call.Answer(answer.Claims, () => { })
                    : output.Write(call, Encoding.ASCII.GetBytes(answer.Text("ciphertext") + "\n"));
            });
    }

    private static async Task<int> AllAsync(
        Invocation call, BrokerClient client, KeyUse use, (string Lines, string? Answers) files, KeyUseOptions options)
    {
        using var answers = AnswerFile.Open(files.Answers ?? throw new UsageException("name a file for the answers with --out"));
        using var lines = call.Lines(files.Lines);
        if (answers.Last > 0)
        {
            call.Terminal.ErrorDetail($"{files.Answers} has answers up to line {answers.Last}, {answers.Failed} of them failed: trying those again, and going on");
        }

        return await options.AllAsync(call, client, use, answers, lines);
    }
}
