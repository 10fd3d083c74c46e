using KeyBroker.Configuration;
using KeyBroker.Keys;
using KeyBroker.TpmAccess;
using MediatR;

namespace KeyBroker.Pipeline;

/// <summary>
/// The innermost behaviour: an operation has a bounded time. At its end, what still waits for the TPM is not done at
/// all; what the TPM is doing cannot be stopped, so nobody waits for it, and what it makes is thrown away.
/// </summary>
internal sealed class DeadlineBehavior<TRequest, TResponse>(
    IRequestHandler<TRequest, TResponse> handler, LateWork late, BrokerSettings settings, TimeProvider time)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    /// <exception cref="OperationTimedOutException">The time is over.</exception>
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var deadline = new CancellationTokenSource(LeftFor(request), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        TpmCaller.Current = request is IAudited { Audit.Machine: { } machine } ? machine : TpmCaller.Broker;

        // Not by next, which takes no token in this MediatR: being the last behaviour, this one calls the handler.
        var work = handler.Handle(request, either.Token);
        try
        {
            return await work.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            await either.CancelAsync(); // Not left to the order in which the deadline calls whoever waits for it.
            late.Discard(work, request as IAudited);
            throw new OperationTimedOutException(settings.OperationTimeout);
        }
    }

    /// <summary>LIF-21. A use that begins anew has what its first attempt left.</summary>
    private TimeSpan LeftFor(TRequest request)
    {
        var passed = request is KeyMessage { Begun: { } begun } ? time.GetElapsedTime(begun) : TimeSpan.Zero;
        return passed < settings.OperationTimeout ? settings.OperationTimeout - passed : TimeSpan.Zero;
    }
}
