using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>What an earlier run answered, tied to the lines that it read by their digests: the last answer to a line counts.</summary>
internal sealed class KeptAnswers(string path)
{
    private const string Of = "of";
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<int, (string Of, bool Failed)> _byLine = [];

    /// <summary>The number of the last line that was answered; 0 for none.</summary>
    public int Last { get; private set; }

    /// <summary>How many lines have only failed so far.</summary>
    public int Failed => _byLine.Values.Count(answer => answer.Failed);

    /// <summary>The answer with what ties it to its line.</summary>
    public static JsonObject Tied(BatchLine line, JsonObject answer)
    {
        answer[Of] = Digest(line);
        return answer;
    }

    /// <exception cref="UsageException">It is no answer.</exception>
    public void Add(ReadOnlySpan<byte> line)
    {
        try
        {
            var answer = JsonNode.Parse(line, null, s_strict) as JsonObject ?? throw NoAnswers();
            var number = answer["line"]?.GetValue<int>() ?? 0;
            var of = answer[Of]?.GetValue<string>() ?? throw NoAnswers();
            var failed = answer.ContainsKey("error");
            if (number < 1 || failed == answer.ContainsKey("result"))
            {
                throw NoAnswers();
            }

            _byLine[number] = (of, failed);
            Last = Math.Max(Last, number);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw NoAnswers();
        }
    }

    /// <summary>The lines without a good answer, once it is known that the answers are to these lines.</summary>
    /// <exception cref="UsageException">They are to others.</exception>
    public IEnumerable<BatchLine> Pending(IEnumerable<BatchLine> lines)
    {
        var (again, met) = (new List<BatchLine>(), 0);
        using var each = lines.GetEnumerator();
        var isMore = each.MoveNext();
        for (; isMore && each.Current.Number <= Last; isMore = each.MoveNext())
        {
            met += _byLine.ContainsKey(each.Current.Number) ? 1 : 0;
            if (!IsDone(each.Current))
            {
                again.Add(each.Current);
            }
        }

        if (met < _byLine.Count)
        {
            throw new UsageException($"{path} has answers to lines that are not there: name another file for the answers");
        }

        foreach (var line in again)
        {
            yield return line;
        }

        for (; isMore; isMore = each.MoveNext())
        {
            yield return each.Current;
        }
    }

    public UsageException NoAnswers() => new($"{path} holds no answers of an earlier run: name another file");

    private bool IsDone(BatchLine line) => _byLine.TryGetValue(line.Number, out var answer)
        && (answer.Of == Digest(line) ? !answer.Failed : throw new UsageException(
            $"{path} answers another line {line.Number} than there is now: name another file for the answers"));

    private static string Digest(BatchLine line) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(line.Text)));
}
