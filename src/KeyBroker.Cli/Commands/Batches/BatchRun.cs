using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>Sends a batch chunk by chunk, and answers every line with a line of JSON in the same order.</summary>
internal sealed class BatchRun(Invocation call, BrokerClient client, KeyUse use)
{
    private int _done;
    private int _failed;

    /// <summary>Where the answers go.</summary>
    public Action<BatchLine, JsonObject> Answered { get; init; } = (_, answer) => call.Terminal.JsonLine(answer);

    /// <summary>Whether the answers leave the screen free for progress.</summary>
    public bool ScreenIsFree { get; init; } = call.Terminal.OutputIsFile;

    /// <summary>Which of the lines are to be sent.</summary>
    public Func<IEnumerable<BatchLine>, IEnumerable<BatchLine>> Pending { get; init; } = lines => lines;

    /// <summary>Told every answer of the broker.</summary>
    public required Action<BrokerResult> Received { get; init; }

    public async Task<int> SendAsync(string path, TextReader lines)
    {
        // Progress and answers would run into each other on one screen.
        var everything = ScreenIsFree
            ? call.Terminal.WorkAsync("Sending the batch", say => SendAsync(path, lines, say))
            : SendAsync(path, lines, _ => { });
        _ = await everything;
        if (_failed > 0)
        {
            call.Terminal.Error($"{_failed} of {_done + _failed} items failed");
        }

        return _failed == 0 ? ExitCode.Done : ExitCode.Denied;
    }

    private async Task<bool> SendAsync(string path, TextReader lines, Action<string> say)
    {
        foreach (var chunk in BatchChunks.Of(Pending(new BatchLines(use).Read(lines))))
        {
            var answers = new Queue<JsonObject>(await AnswersAsync(path, chunk));
            foreach (var line in chunk)
            {
                Print(line, line.Body is null ? null : answers.Dequeue());
            }

            say($"{_done + _failed} lines answered, {_failed} failed");
        }

        return true;
    }

    private async Task<IReadOnlyList<JsonObject>> AnswersAsync(string path, IReadOnlyList<BatchLine> chunk)
    {
        JsonNode[] items = [.. chunk.Select(line => line.Body).OfType<JsonObject>()];
        if (items.Length == 0)
        {
            return [];
        }

        var body = new JsonObject { ["items"] = new JsonArray(items) };
        var result = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
        Received(result);
        var answers = Items.Of(result.Claims, "results").ToList();
        return answers.Count == items.Length
            ? answers
            : throw new BrokerAnswerException($"the broker answered {answers.Count} of {items.Length} items");
    }

    private void Print(BatchLine line, JsonObject? answer)
    {
        var error = answer is null
            ? new JsonObject { ["code"] = "line-malformed", ["message"] = line.Fault }
            : answer["error"] as JsonObject;
        var result = error is null ? use.Open(answer!) : null;
        var holds = result is not null && use.Holds(result);
        (_done, _failed) = holds ? (_done + 1, _failed) : (_done, _failed + 1);
        Answered(line, result is null ? line.Answer("error", error!) : line.Answer("result", result));
    }
}
