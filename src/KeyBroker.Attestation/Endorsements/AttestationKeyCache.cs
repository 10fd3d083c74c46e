using System.Collections.Concurrent;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Endorsements;

/// <summary>Enrolled keys, ready to verify with: parsing and importing one costs more than a verification.</summary>
public sealed class AttestationKeyCache
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, AttestationKey> _keys = new(StringComparer.Ordinal);

    /// <summary>The key of a stored TPM2B_PUBLIC; the bytes are the identity, so nothing here can be stale.</summary>
    /// <exception cref="DeniedException">enrollment-denied: not a key that could have been enrolled.</exception>
    public AttestationKey Get(byte[] tpm2bPublic)
    {
        var id = Convert.ToBase64String(tpm2bPublic);
        if (_keys.TryGetValue(id, out var known))
        {
            return known;
        }

        if (_keys.Count >= Capacity)
        {
            _keys.Clear();
        }

        return _keys.GetOrAdd(id, _ => AttestationKey.Check(TpmPublic.ParseSized(tpm2bPublic)));
    }
}
