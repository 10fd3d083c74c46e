using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>One entry of a log as it was read: its register and digests may be replayed, the rest is untrusted.</summary>
public sealed record LogEvent(
    int Number, uint Pcr, EventType Type, ImmutableArray<LogDigest> Digests, ReadOnlyMemory<byte> Data)
{
    /// <summary>The register of an event about none: trust points of Windows, which extend nothing.</summary>
    public const uint NoPcr = uint.MaxValue;

    /// <summary>False for the events that only inform; whoever says so of an extended one breaks the replay.</summary>
    public bool Extends => Type != EventType.NoAction;

    /// <summary>Null where the event has no digest for this bank.</summary>
    public ReadOnlyMemory<byte>? Find(TpmAlgorithm bank)
    {
        foreach (var digest in Digests)
        {
            if (digest.Algorithm == bank)
            {
                return digest.Value;
            }
        }

        return null;
    }
}
