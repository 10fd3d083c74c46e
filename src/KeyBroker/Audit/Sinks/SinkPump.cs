using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>Brings the log to the sinks that nobody waits for, page by page from where each is.</summary>
internal sealed partial class SinkPump(AuditSinks sinks, SinkFeed feed, SinkCursors cursors, TimeProvider clock, ILogger<SinkPump> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sinks.Optional.Select(sink => Task.Run(() => RunAsync(sink, stoppingToken), stoppingToken)));

    private async Task RunAsync(IAuditSink sink, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(s_interval, clock);
        var wasAway = false;
        do
        {
            try
            {
                await DeliverAsync(sink, cancellation);
                wasAway = false;
            }
            catch (Exception failure) when (failure is SinkException or StoreUnavailableException)
            {
                SinkInstruments.Failed(sink.Name);
                if (!wasAway)
                {
                    Away(sink.Name, failure.Message);
                }

                wasAway = true;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task DeliverAsync(IAuditSink sink, CancellationToken cancellation)
    {
        var last = cursors.Of(sink.Name);
        for (var page = feed.Page(last); !page.IsEmpty && !cancellation.IsCancellationRequested; page = feed.Page(last))
        {
            sink.Deliver(page);
            last = page.End;
            await cursors.SaveAsync(sink.Name, last, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the audit sink {Sink} is away and gets what it misses when it is back: {Detail}")]
    private partial void Away(string sink, string detail);
}
