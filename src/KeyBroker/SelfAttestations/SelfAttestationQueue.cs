using KeyBroker.Attestation.Brokers;
using KeyBroker.TpmAccess;

namespace KeyBroker.SelfAttestations;

/// <summary>
/// Lets strangers take no more of the TPM than one quote at a time: a few wait, of one source fewer, further ones are refused, and
/// those who ask the very same share one answer.
/// </summary>
internal sealed class SelfAttestationQueue(SelfAttester attester, IHostApplicationLifetime lifetime) : IDisposable
{
    public const int Places = 32;
    public const int PlacesOfOneSource = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Source, Task<BrokerEvidence> Answer)> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="TpmUnavailableException">Too many wait.</exception>
    public Task<BrokerEvidence> AskAsync(SelfAttestationRequest request, string source, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_asked.TryGetValue(request.Key, out var shared))
            {
                RefuseWhenFull(source);
                shared = (source, Task.Run(() => AnswerAsync(request), CancellationToken.None));
                _asked.Add(request.Key, shared);
            }

            // It goes on for the others where one of those who share it leaves.
            return shared.Answer.WaitAsync(cancellation);
        }
    }

    public void Dispose() => _turn.Dispose();

    private void RefuseWhenFull(string source)
    {
        if (_asked.Count >= Places || _asked.Values.Count(asked => asked.Source == source) >= PlacesOfOneSource)
        {
            throw new TpmUnavailableException("too many ask what the broker is");
        }
    }

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
            lock (_lock)
            {
                _asked.Remove(request.Key);
            }
        }
    }
}
