using System.Collections.Immutable;

using Microsoft.Extensions.Logging;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>Keeps what was logged.</summary>
internal sealed class LineLog : ILogger
{
    private ImmutableList<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        ImmutableInterlocked.Update(ref _lines, lines => lines.Add(formatter(state, exception)));
}
