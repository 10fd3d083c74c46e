using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>A decryption key in the TPM that a session's salt is encrypted to, with the public area to do it.</summary>
public sealed record SaltKey
{
    /// <exception cref="ArgumentException">The public area is that of another key.</exception>
    public SaltKey(TpmObject key, TpmPublic area)
    {
        if (key.Name != area.Name)
        {
            throw new ArgumentException("the public area is not that of the salt key", nameof(area));
        }

        (Object, Public) = (key, area);
    }

    public TpmObject Object { get; }

    public TpmPublic Public { get; }
}
