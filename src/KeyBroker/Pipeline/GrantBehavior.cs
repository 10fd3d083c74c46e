using KeyBroker.Gate;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>Puts into the transaction that records what was done what the terms of its grants demand of that moment.</summary>
internal sealed class GrantBehavior<TRequest, TResponse>(GrantSettlement settlement) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is ICalled { Caller: var caller })
        {
            return (TResponse)((IOutcome)(await next())!).CommitFirst(transaction => settlement.Settle(transaction, caller, []));
        }

        if (request is not IAdmitted { Admission: var admission })
        {
            return await next();
        }

        settlement.Foresee(admission);
        var outcome = (IOutcome)(await next())!;

        IReadOnlyList<Approval> approvals = outcome.Approvals ?? (admission is Approval approval ? [approval] : []);
        return (TResponse)outcome.CommitFirst(transaction => settlement.Settle(transaction, admission.Caller, approvals));
    }
}
