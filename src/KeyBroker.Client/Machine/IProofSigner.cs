using System.Security.Cryptography;

namespace KeyBroker.Client;

/// <summary>The private half of the proof key, in a file or in the TPM.</summary>
internal interface IProofSigner : IDisposable
{
    ECParameters PublicKey { get; }

    /// <summary>ES256 of a SHA-256 digest: r and s, 32 bytes each.</summary>
    byte[] Sign(byte[] digest);
}
