using System.Collections.Concurrent;
using System.Security.Cryptography;

using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>Public keys ready to verify with: importing one costs more than a verification.</summary>
internal sealed class ReadyKeys
{
    private const int Capacity = 4096;
    private readonly ConcurrentDictionary<(string KeyId, int Version), ECDsa> _ready = new();

    public ECDsa Of(KeyVersion version)
    {
        if (_ready.Count >= Capacity)
        {
            _ready.Clear();
        }

        return _ready.GetOrAdd((version.KeyId, version.Version), _ => Import(version.Object.Public));
    }

    private static ECDsa Import(byte[] publicArea) => (ECDsa)TpmPublic.ParseSized(publicArea).ToKey();
}
