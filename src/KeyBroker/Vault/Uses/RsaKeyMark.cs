using System.Security.Cryptography;

namespace KeyBroker.Vault;

/// <summary>
/// What stands before a key that is wrapped with RSA-OAEP-256. The label of OAEP would be the place for it, but the platform
/// offers none, and arithmetic of our own on a private key would tell the key by its time.
/// </summary>
internal static class RsaKeyMark
{
    public static ReadOnlySpan<byte> Mark => "keybroker-wrap-v1\0"u8;

    /// <summary>The caller wipes what comes back.</summary>
    public static byte[] Put(ReadOnlySpan<byte> key) => [.. Mark, .. key];

    /// <summary>Takes an opened message over: what it is, without the mark.</summary>
    public static OpenedBody Read(byte[] message)
    {
        if (!message.AsSpan().StartsWith(Mark))
        {
            return new OpenedBody(CipherPurpose.Data, message);
        }

        var key = message[Mark.Length..];
        CryptographicOperations.ZeroMemory(message);
        return new OpenedBody(CipherPurpose.Key, key);
    }
}
