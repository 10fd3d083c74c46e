using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Telemetry;

/// <summary>Makes a line of each record and gives it to the output. Answers to the name that configuration knows.</summary>
[ProviderAlias("Console")]
internal sealed class LogLines(LineFormatter formatter, LogOutput output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName, formatter, output);

    public void Dispose()
    {
        // The output outlives those who write to it.
    }

    private sealed class Category(string name, LineFormatter lines, LogOutput output) : ILogger
    {
        [ThreadStatic]
        private static StringWriter? s_line;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var line = s_line ??= new StringWriter();
                var text = line.GetStringBuilder().Clear(); // Nothing is left of one that could not be made.
                lines.Write(new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter), line);
                output.Write(text, urgent: logLevel >= LogLevel.Warning);
            }
        }
    }
}
