using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Pipeline;

/// <summary>What ends after its caller was told that it failed: undone where it can be, and truthfully recorded.</summary>
internal sealed partial class LateWork(AuditLog audit, ILogger<LateWork> log)
{
    /// <summary>Returns at once; the record of what comes late follows the one of the failure.</summary>
    public void Discard<T>(Task<T> work, IAudited? message) => _ = SettleAsync(work, message);

    private async Task SettleAsync<T>(Task<T> work, IAudited? message)
    {
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompletedSuccessfully || message is not { Audit: var subject } || work.Result is not IOutcome outcome)
        {
            return; // It failed, as its record says.
        }

        try
        {
            await audit.AppendAsync(AuditEvents.Discarded(subject, outcome.Version), CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            Unrecorded(subject.Operation, subject.RequestId);
        }
        finally
        {
            // Recorded or not: whoever waits for the same thing goes on.
            await AbandonAsync(outcome);
        }
    }

    private static async Task AbandonAsync(IOutcome outcome)
    {
        try
        {
            await (outcome.Abandon?.Invoke() ?? Task.CompletedTask);
        }
        catch (StoreUnavailableException)
        {
            // Nothing can be written now; what was reserved in the store ends by its own age.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a late {Operation} of request {RequestId} is discarded without a record")]
    private partial void Unrecorded(string operation, string? requestId);
}
