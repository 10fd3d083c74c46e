using System.Collections.Concurrent;
using KeyBroker.Attestation.Brokers;
using KeyBroker.TpmAccess;

namespace KeyBroker.SelfAttestations;

/// <summary>
/// Lets strangers take no more of the TPM than one quote at a time: a few wait, further ones are refused, and those who ask the
/// very same share one answer.
/// </summary>
internal sealed class SelfAttestationQueue(SelfAttester attester, IHostApplicationLifetime lifetime) : IDisposable
{
    public const int Places = 32;

    private readonly ConcurrentDictionary<string, Lazy<Task<BrokerEvidence>>> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="TpmUnavailableException">Too many wait.</exception>
    public Task<BrokerEvidence> AskAsync(SelfAttestationRequest request, CancellationToken cancellation)
    {
        // It goes on for the others where one of those who share it leaves.
        var mine = new Lazy<Task<BrokerEvidence>>(() => AnswerAsync(request));
        var shared = _asked.GetOrAdd(request.Key, mine);
        if (shared == mine && _asked.Count > Places)
        {
            _asked.TryRemove(KeyValuePair.Create(request.Key, mine));
            throw new TpmUnavailableException("too many ask what the broker is");
        }

        return shared.Value.WaitAsync(cancellation);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<BrokerEvidence> AnswerAsync(SelfAttestationRequest request)
    {
        try
        {
            await _turn.WaitAsync(lifetime.ApplicationStopping);
            try
            {
                return await attester.AttestAsync(request, lifetime.ApplicationStopping);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException stopped)
        {
            throw new TpmUnavailableException("the broker is stopping", stopped);
        }
        finally
        {
            _asked.TryRemove(request.Key, out _);
        }
    }
}
