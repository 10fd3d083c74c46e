using System.Collections.Concurrent;
using System.Diagnostics;
using KeyBroker.Telemetry;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Every span that ends while this listens, of all brokers in the process.</summary>
internal sealed class CollectedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public CollectedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Spans.Source or Spans.ServerSource,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>All that an exporter would send of these spans.</summary>
    public string Text => string.Join('\n', Ended.Select(span => string.Join(' ',
        span.DisplayName, span.OperationName, span.Status, span.StatusDescription, span.TraceStateString,
        string.Join(' ', span.TagObjects), string.Join(' ', span.Baggage),
        string.Join(' ', span.Events.Select(each => each.Name + string.Join(' ', each.Tags))),
        string.Join(' ', span.Links.Select(link => $"{link.Context.TraceId} {link.Context.TraceState} {string.Join(' ', link.Tags ?? [])}")))));

    public Activity? OfRequest(string requestId) => Ended.FirstOrDefault(span => span.GetTagItem("keybroker.request_id") as string == requestId);

    public IEnumerable<Activity> ChildrenOf(Activity parent) => Ended.Where(span => span.ParentSpanId == parent.SpanId);

    public void Dispose() => _listener.Dispose();
}
