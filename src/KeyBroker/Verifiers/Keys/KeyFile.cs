namespace KeyBroker.Verifiers;

/// <summary>Keys in a file of the host, read anew when they are looked for.</summary>
internal sealed class KeyFile(string path) : IKeySource
{
    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeySourceException($"{path} cannot be read", failure);
        }
    }
}
