using KeyBroker.Configuration;
using KeyBroker.Tpm;
using KeyBroker.Vault;

namespace KeyBroker.Hosting;

/// <summary>Tells a TPM that is gone or stuck from one that is merely busy. One look at a time: <see cref="Readiness"/>.</summary>
internal sealed class TpmReadiness(BrokerVault vault, BrokerSettings settings, TimeProvider time)
{
    private Task<bool>? _probe;

    public async Task<bool> IsUsableAsync(TimeSpan patience)
    {
        // A probe that still waits from the look before is not joined in the queue by another.
        _probe = _probe is { IsCompleted: false } ? _probe : vault.IsReadyAsync(CancellationToken.None);
        try
        {
            return await _probe.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            // TEL-9. A long unit of work, such as an RSA key, or a full lane before this one: it goes on, so it is usable.
            return vault.Worker.BusyFor is not { } busy || busy < settings.OperationTimeout;
        }
        catch (TpmException)
        {
            return false;
        }
    }
}
