using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>The sinks of the configuration: nothing that is called over the network adds or removes one.</summary>
internal sealed class AuditSinks : IDisposable
{
    private readonly List<GuardedSink> _all;

    public AuditSinks(IEnumerable<SinkSettings> settings, AuditLines lines) =>
        _all = [.. settings.Select(sink => new GuardedSink(Make(sink, lines)))];

    public IReadOnlyList<IAuditSink> Required => [.. _all.Where(sink => sink.IsRequired)];

    public IReadOnlyList<IAuditSink> Optional => [.. _all.Where(sink => !sink.IsRequired)];

    public IEnumerable<string> Names => _all.Select(sink => sink.Name);

    /// <summary>Looks where the optional ones are; the required ones are opened by who delivers to them.</summary>
    /// <exception cref="StartupException">One may not be where it is configured.</exception>
    public async Task OpenOptionalAsync(SinkStart start, SinkCursors cursors)
    {
        foreach (var sink in Optional)
        {
            await cursors.SaveAsync(sink.Name, await sink.OpenAsync(start, cursors.Of(sink.Name)), CancellationToken.None);
        }
    }

    public void Dispose() => _all.ForEach(sink => sink.Dispose());

    private static IAuditSink Make(SinkSettings settings, AuditLines lines) => settings.Kind switch
    {
        SinkSettings.File => new FileSink(settings, lines),
        SinkSettings.Syslog => new SyslogSink(settings, lines),
        _ => new OtlpSink(settings, lines),
    };
}
