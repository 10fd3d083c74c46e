using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>Answers in a file of the owner's, to which an interrupted run adds where it stopped.</summary>
internal sealed class AnswerFile : IDisposable
{
    private const string Start = """{"line":""";
    private readonly FileStream _file;

    private AnswerFile(FileStream file, int last) => (_file, Last) = (file, last);

    /// <summary>The number of the last line that was answered; 0 for none.</summary>
    public int Last { get; }

    /// <exception cref="UsageException">The file holds something else.</exception>
    public static AnswerFile Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var kept = false;
        try
        {
            var answers = new AnswerFile(file, GoToEnd(file, path));
            kept = true;
            return answers;
        }
        finally
        {
            if (!kept)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Written out at once: what is in the file is what is not asked again.</summary>
    public void Add(JsonObject answer)
    {
        _file.Write(Encoding.UTF8.GetBytes(answer.ToJsonString() + "\n"));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The number in the last whole line. What was cut off behind it goes, and the next answer is written there.</summary>
    private static int GoToEnd(FileStream file, string path)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var text = reader.ReadToEnd();
        var end = text.LastIndexOf('\n') + 1;
        if (end == 0 && !Start.StartsWith(text[..Math.Min(Start.Length, text.Length)], StringComparison.Ordinal))
        {
            throw NoAnswers(path);
        }

        var last = end == 0 ? 0 : NumberOf(text[..(end - 1)].Split('\n')[^1], path);
        file.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, end)));
        file.Seek(0, SeekOrigin.End);
        return last;
    }

    private static int NumberOf(string line, string path)
    {
        try
        {
            return JsonNode.Parse(line)?["line"]?.GetValue<int>() ?? throw NoAnswers(path);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw NoAnswers(path);
        }
    }

    private static UsageException NoAnswers(string path) => new($"{path} holds no answers of an earlier run: name another file");
}
