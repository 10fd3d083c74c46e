using System.Security.Cryptography;

namespace KeyBroker.Vault;

/// <summary>A fresh key, in clear until it is wiped, and wrapped.</summary>
internal sealed class DataKey(byte[] bytes, string wrapped) : IDisposable
{
    public ReadOnlySpan<byte> Span => bytes;

    public string Wrapped { get; } = wrapped;

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);

    public override string ToString() => nameof(DataKey);
}
