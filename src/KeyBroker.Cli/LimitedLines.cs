using System.Text;

namespace KeyBroker.Cli;

/// <summary>Reads lines of a file that may be as long as it likes, but not a line that has no end.</summary>
internal sealed class LimitedLines(TextReader source) : TextReader
{
    /// <summary>More than any call takes.</summary>
    public const int MostCharacters = 16 * 1024 * 1024;

    private readonly StringBuilder _line = new();
    private int _number;

    /// <exception cref="IOException">The line is longer than any that is taken.</exception>
    public override string? ReadLine()
    {
        _number++;
        _line.Clear();
        for (var next = source.Read(); next >= 0; next = source.Read())
        {
            if (next == '\n')
            {
                return Whole();
            }

            if (_line.Length == MostCharacters)
            {
                throw new IOException($"line {_number} is longer than {MostCharacters} characters");
            }

            _line.Append((char)next);
        }

        return _line.Length > 0 ? Whole() : null;
    }

    public override int Peek() => source.Peek();

    public override int Read() => source.Read();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private string Whole() => _line.ToString().TrimEnd('\r');
}
