using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>
/// Content of any length for a TPM that seals little: up to 128 bytes go into the sealed object, more goes under
/// AES-256-GCM with a fresh key, and the key into the sealed object.
/// </summary>
/// <param name="Sealable">What the TPM is to seal; the holder wipes it.</param>
/// <param name="Wrapped">The content under that key; null where it is sealed itself.</param>
internal sealed record Envelope(SecretBytes Sealable, byte[]? Wrapped) : IDisposable
{
    /// <summary>The most that TPM2_Create seals (MAX_SYM_DATA, Part 2, Annex A).</summary>
    public const int LongestSealed = 128;

    private const int KeyLength = 32;

    /// <param name="binding">What the content is bound to: only the same binding opens it.</param>
    public static Envelope Close(ReadOnlySpan<byte> content, byte[] binding)
    {
        if (content.Length is > 0 and <= LongestSealed)
        {
            return new Envelope(SecretBytes.Copy(content), null);
        }

        var key = SecretBytes.Random(KeyLength);
        return new Envelope(key, GcmBox.Seal(key.Span, content, binding));
    }

    /// <summary>Takes over what was unsealed, and gives the content.</summary>
    /// <exception cref="StoreIntegrityException">Not what was closed with this binding.</exception>
    public static SecretBytes Open(SecretBytes unsealed, byte[]? wrapped, byte[] binding)
    {
        if (wrapped is null)
        {
            return unsealed;
        }

        using (unsealed)
        {
            return SecretBytes.Fill(Math.Max(0, wrapped.Length - GcmBox.Overhead), target =>
            {
                if (wrapped.Length < GcmBox.Overhead || !GcmBox.TryOpen(unsealed.Span, wrapped, binding, target.Span))
                {
                    throw new StoreIntegrityException("wrapped content does not open");
                }
            });
        }
    }

    public void Dispose() => Sealable.Dispose();
}
