using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>Records every outcome of an audited message, a success together with what it changes: both or neither.</summary>
internal sealed class AuditBehavior<TRequest, TResponse>(Database database, AuditLog log) : IPipelineBehavior<TRequest, TResponse>
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
        catch (DeniedException denied)
        {
            await log.AppendAsync(AuditEvents.Denied(subject, denied), CancellationToken.None);
            throw;
        }
        catch (TpmUnavailableException)
        {
            await log.AppendAsync(AuditEvents.Failed(subject, ProblemCodes.TpmUnavailable), CancellationToken.None);
            throw;
        }
    }

    // Not cancelled: once the TPM has acted, the record is written whether or not the caller still waits.
    private async Task CommitAsync(AuditSubject subject, IOutcome outcome)
    {
        try
        {
            outcome.Sequence = await database.WriteAsync(
                transaction =>
                {
                    outcome.Commit?.Invoke(transaction);
                    return log.Append(transaction, AuditEvents.Done(subject, outcome.Version));
                },
                CancellationToken.None);
        }
        catch (StoreUnavailableException failure)
        {
            throw new AuditUnavailableException("the outcome cannot be recorded", failure);
        }
    }
}
