using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Telemetry;

/// <summary>How a record of the log looks: one line with its end.</summary>
internal abstract class LineFormatter
{
    public abstract void Write<TState>(in LogEntry<TState> logEntry, TextWriter textWriter);
}
