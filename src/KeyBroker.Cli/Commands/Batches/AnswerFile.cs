using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>Answers in a file of the owner's, to which an interrupted run adds where it stopped.</summary>
internal sealed class AnswerFile : IDisposable
{
    private const int LongestAnswer = LimitedLines.MostCharacters;
    private readonly FileStream _file;
    private readonly KeptAnswers _kept;

    private AnswerFile(FileStream file, KeptAnswers kept) => (_file, _kept) = (file, kept);

    /// <summary>The number of the last line that was answered; 0 for none.</summary>
    public int Last => _kept.Last;

    /// <summary>How many lines have only failed so far.</summary>
    public int Failed => _kept.Failed;

    private static ReadOnlySpan<byte> Start => "{\"line\":"u8;

    /// <exception cref="UsageException">The file holds something else.</exception>
    public static AnswerFile Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            var kept = new KeptAnswers(path);
            GoToEnd(file, kept);
            return new AnswerFile(file, kept);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The lines that are still to be sent.</summary>
    /// <exception cref="UsageException">The answers are to other lines.</exception>
    public IEnumerable<BatchLine> Pending(IEnumerable<BatchLine> lines) => _kept.Pending(lines);

    /// <summary>Written out at once: what is in the file is what is not asked again.</summary>
    public void Add(BatchLine line, JsonObject answer)
    {
        _file.Write(Encoding.UTF8.GetBytes(KeptAnswers.Tied(line, answer).ToJsonString() + "\n"));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Takes in the whole lines. What was cut off behind them goes, and the next answer is written there.</summary>
    private static void GoToEnd(FileStream file, KeptAnswers kept)
    {
        var (line, end) = (new List<byte>(), 0L);
        for (var next = file.ReadByte(); next >= 0; next = file.ReadByte())
        {
            if (next != '\n')
            {
                line.Add(line.Count < LongestAnswer ? (byte)next : throw kept.NoAnswers());
                continue;
            }

            kept.Add(line.ToArray());
            end += line.Count + 1;
            line.Clear();
        }

        var rest = line.ToArray().AsSpan();
        if (!rest.StartsWith(Start) && !Start.StartsWith(rest))
        {
            throw kept.NoAnswers();
        }

        file.SetLength(end);
        file.Seek(end, SeekOrigin.Begin);
    }
}
