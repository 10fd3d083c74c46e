using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Audit;

/// <summary>The chain: hash = SHA-256(hash before ‖ record), numbers from 1 without gaps. Needs no broker.</summary>
internal static class AuditChain
{
    /// <summary>What stands before the first record: 32 zero bytes.</summary>
    public static byte[] Origin { get; } = new byte[SHA256.HashSizeInBytes];

    public static byte[] Hash(ReadOnlySpan<byte> previous, string record) =>
        SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(record)]);

    /// <summary>Checks every link from the origin on.</summary>
    /// <returns>The number of the first entry that does not fit, or null when all do.</returns>
    public static long? FirstBreak(IEnumerable<AuditEntry> entries)
    {
        var (previous, sequence) = (Origin, 0L);
        foreach (var entry in entries)
        {
            sequence++;
            if (entry.Sequence != sequence
                || !previous.AsSpan().SequenceEqual(entry.Previous)
                || !Hash(previous, entry.Record).AsSpan().SequenceEqual(entry.Hash))
            {
                return sequence;
            }

            previous = entry.Hash;
        }

        return null;
    }
}
