using System.Text;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Standard output that also keeps what is written to it.</summary>
internal sealed class TeeWriter(TextWriter output) : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _kept = new();

    public override Encoding Encoding => output.Encoding;

    public string Kept
    {
        get
        {
            lock (_lock)
            {
                return _kept.ToString();
            }
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        lock (_lock)
        {
            _kept.Append(value);
            output.Write(value);
        }
    }

    public override void Flush() => output.Flush();
}
