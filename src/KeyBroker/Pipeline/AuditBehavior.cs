using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>Records every outcome of an audited message, a success together with what it changes: both or neither.</summary>
internal sealed class AuditBehavior<TRequest, TResponse>(Database database, AuditLog log, TimeProvider time)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is not IAudited { Audit: var subject })
        {
            return await next();
        }

        try
        {
            var response = await next();
            await CommitAsync(subject, (IOutcome)response!);
            return response;
        }
        catch (Exception failure) when (IsOwed(failure))
        {
            await log.AppendAsync(AuditEvents.Of(subject, failure), CancellationToken.None);
            _ = failure is DeniedException denied && (denied.IsRecorded = true);
            throw;
        }
    }

    // LIF-21: what is superseded is not an outcome yet. AUD-34: who showed nothing that verifies is nobody.
    private static bool IsOwed(Exception failure) =>
        failure is not (AuditUnavailableException or KeySupersededException or DeniedException { IsRecorded: true });

    // Not cancelled: once the TPM has acted, the record is written whether or not the caller still waits.
    private async Task CommitAsync(AuditSubject subject, IOutcome outcome)
    {
        var committed = false;
        try
        {
            outcome.Sequence = await database.WriteAsync(
                transaction =>
                {
                    outcome.Commit?.Invoke(transaction);
                    outcome.At = time.GetUtcNow(); // LIF-20: after the check of what it rests on, and before any later change.
                    var sequence = log.Append(transaction, AuditEvents.Done(subject, outcome));
                    NoteUse(transaction, subject, sequence);
                    outcome.Recorded?.Invoke(transaction, sequence);
                    return sequence;
                },
                CancellationToken.None);
            committed = true;
        }
        catch (StoreUnavailableException failure)
        {
            throw new AuditUnavailableException("the outcome cannot be recorded", failure);
        }
        finally
        {
            if (!committed && outcome.Abandon is { } abandon)
            {
                await AbandonAsync(abandon);
            }
        }
    }

    // ADM-5. A machine that looks at a description uses nothing; neither does an administrator.
    private static void NoteUse(WriteTransaction transaction, AuditSubject subject, long sequence)
    {
        if (subject is { Machine: not null, Resource: { } resource } && subject.Operation is not ("key.read" or "secret.read")
            && (resource.StartsWith("keys/", StringComparison.Ordinal) || resource.StartsWith("secrets/", StringComparison.Ordinal)))
        {
            LastUses.Note(transaction, resource, sequence);
        }
    }

    private static async Task AbandonAsync(Func<Task> abandon)
    {
        try
        {
            await abandon();
        }
        catch (StoreUnavailableException)
        {
            // Nothing can be written now; what was reserved ends by its own age.
        }
    }
}
