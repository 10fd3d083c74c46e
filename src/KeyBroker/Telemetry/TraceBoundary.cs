using System.Diagnostics;

namespace KeyBroker.Telemetry;

/// <summary>
/// TEL-6. A trace begins here: a caller decides neither its id nor whether it is kept, and none of a caller's words
/// (tracestate, baggage) get into it. What the caller traces is linked by <see cref="RequestSpan"/>.
/// </summary>
internal sealed class TraceBoundary : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        // Nothing is called from inside a request.
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(
        object? carrier, PropagatorGetterCallback? getter) => null;
}
