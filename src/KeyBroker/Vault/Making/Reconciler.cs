namespace KeyBroker.Vault;

/// <summary>
/// Settles, at start, what a killed broker left half made: a TPM object becomes usable only by the transaction that
/// also removes its intent, so an intent that is left stands for an object that never existed outside the TPM.
/// </summary>
internal sealed class Reconciler(Intents intents)
{
    public Task<int> RunAsync(CancellationToken cancellation) => intents.ClearStaleAsync(cancellation);
}
