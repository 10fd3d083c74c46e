using System.Collections.Concurrent;
using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>Public keys ready to verify and encrypt with: importing one costs more than using it.</summary>
internal sealed class ReadyKeys
{
    private const int Capacity = 4096;
    private readonly ConcurrentDictionary<(string KeyId, int Version), AsymmetricAlgorithm> _ready = new();

    public AsymmetricAlgorithm Of(KeyVersion version)
    {
        if (_ready.Count >= Capacity)
        {
            _ready.Clear();
        }

        return _ready.GetOrAdd((version.KeyId, version.Version), _ => Import(version));
    }

    /// <summary>From the row, whose MAC holds.</summary>
    private static AsymmetricAlgorithm Import(KeyVersion version)
    {
        var jwk = PublicJwk.DangerousFromStored(
            version.PublicJwk ?? throw new InvalidOperationException("a symmetric key has no public part"));
        return jwk.IsRsa ? jwk.ToRsa() : jwk.ToEcdsa();
    }
}
