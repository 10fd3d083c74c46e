using System.Security.Cryptography;

namespace KeyBroker.Client;

/// <summary>The private half of the encryption key, in a file or in the TPM.</summary>
internal interface IKeyAgreement : IDisposable
{
    ECParameters PublicKey { get; }

    /// <summary>The shared coordinate, for the caller to wipe.</summary>
    /// <exception cref="CryptographicException">The peer's key does not fit.</exception>
    byte[] Agree(ECParameters peer);
}
