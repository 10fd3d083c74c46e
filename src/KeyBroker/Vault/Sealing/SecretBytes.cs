using System.Security.Cryptography;

namespace KeyBroker.Vault;

/// <summary>Secret bytes in pinned memory that is wiped when the last user lets go.</summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;
    private bool _wiped;

    private SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    public int Length => _bytes.Length;

    /// <exception cref="ObjectDisposedException">The bytes were wiped.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            return _bytes;
        }
    }

    /// <summary>Takes the bytes over: the source is wiped.</summary>
    public static SecretBytes Take(Span<byte> source)
    {
        var secret = new SecretBytes(source.Length);
        source.CopyTo(secret._bytes);
        CryptographicOperations.ZeroMemory(source);
        return secret;
    }

    public static SecretBytes Copy(ReadOnlySpan<byte> source)
    {
        var secret = new SecretBytes(source.Length);
        source.CopyTo(secret._bytes);
        return secret;
    }

    public static SecretBytes Random(int length)
    {
        var secret = new SecretBytes(length);
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    /// <summary>Bytes that the given action writes straight into the pinned memory.</summary>
    public static SecretBytes Fill(int length, Action<Memory<byte>> write)
    {
        var secret = new SecretBytes(length);
        write(secret._bytes);
        return secret;
    }

    public void Dispose()
    {
        _wiped = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    public override string ToString() => nameof(SecretBytes);
}
