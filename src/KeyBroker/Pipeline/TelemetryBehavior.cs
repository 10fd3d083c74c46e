using System.Diagnostics;
using KeyBroker.Attestations;
using KeyBroker.Telemetry;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>The outermost behaviour: counts and times every operation, and gives it a span where somebody listens.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        (OperationInstruments.AreWanted || Spans.AreWanted) && request is IAudited { Audit.Operation: var operation }
            ? ObserveAsync(operation, next)
            : next();

    private static async Task<TResponse> ObserveAsync(string operation, RequestHandlerDelegate<TResponse> next)
    {
        using var span = Spans.Start(operation);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await next();
            Finish(operation, Ending.Done, started, span);
            return response;
        }
        catch (Exception failure)
        {
            Finish(operation, Ending.Of(failure), started, span);
            throw;
        }
    }

    private static void Finish(string operation, Ending ending, long started, Activity? span)
    {
        OperationInstruments.Ended(operation, ending, Stopwatch.GetElapsedTime(started));
        if (typeof(TRequest) == typeof(AttestMachine) || typeof(TRequest) == typeof(AttestByResult))
        {
            OperationInstruments.Attested(ending);
        }

        Spans.End(span, ending);
    }
}
