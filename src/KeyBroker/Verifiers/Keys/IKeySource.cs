namespace KeyBroker.Verifiers;

/// <summary>Where a verifier's keys are read: a URL, or a file of the host.</summary>
internal interface IKeySource
{
    /// <exception cref="KeySourceException">They cannot be read.</exception>
    Task<byte[]> ReadAsync(CancellationToken cancellation);
}
