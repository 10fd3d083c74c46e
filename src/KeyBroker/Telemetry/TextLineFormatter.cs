using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Telemetry;

/// <summary>Log lines for people: time, level, category, message; never more than one line.</summary>
internal sealed class TextLineFormatter(TimeProvider time) : LineFormatter
{
    public override void Write<TState>(in LogEntry<TState> logEntry, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ ", CultureInfo.InvariantCulture));
        textWriter.Write(LogLevels.NameOf(logEntry.LogLevel));
        textWriter.Write(' ');
        textWriter.Write(logEntry.Category);
        textWriter.Write(": ");
        textWriter.Write(LogText.OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            textWriter.Write(LogText.OneLine(exception.ToString(), LogText.LongestException));
        }

        textWriter.Write('\n');
    }
}
