using System.Collections.Concurrent;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Enrollments;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestations;

/// <summary>Enrolled attestation keys, ready for use: importing one costs more than verifying with it.</summary>
internal sealed class AttestationKeys
{
    private const int Capacity = 20_000;
    private readonly ConcurrentDictionary<string, AttestationKey> _ready = new(StringComparer.Ordinal);

    /// <summary>The key of an enrolled machine, by the bytes of its row.</summary>
    public AttestationKey Of(Machine machine)
    {
        var bytes = machine.AkPublic ?? throw new InvalidOperationException("the machine has not enrolled");
        var id = Convert.ToBase64String(bytes);
        if (_ready.TryGetValue(id, out var ready))
        {
            return ready;
        }

        if (_ready.Count >= Capacity)
        {
            _ready.Clear();
        }

        return _ready.GetOrAdd(id, _ => AttestationKey.Check(TpmPublic.ParseSized(bytes)));
    }
}
