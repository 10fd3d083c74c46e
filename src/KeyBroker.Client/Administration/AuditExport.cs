using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Checks the broker's audit records one after the other, with nothing but their own hashes (specs/vault.md, 3).</summary>
public sealed class AuditExport(long first = 1)
{
    private byte[] _previous = new byte[SHA256.HashSizeInBytes];

    /// <summary>How many records fitted so far.</summary>
    public long Count { get; private set; }

    /// <summary>The number of the last record that fitted.</summary>
    public long Last => first + Count - 1;

    /// <summary>The hash of the last record, in hex: kept elsewhere, it shows later that nothing was cut off.</summary>
    public string Head => Convert.ToHexStringLower(_previous);

    /// <summary>Takes the next record of the chain.</summary>
    /// <returns>What does not fit, or null.</returns>
    public string? Add(JsonObject entry)
    {
        if (!TryRead(entry, out var sequence, out var record, out var previous, out var hash))
        {
            return "it is not an entry with seq, record, previous and hash";
        }

        if (sequence != first + Count || SequenceIn(record) != sequence)
        {
            return $"its number should be {first + Count}";
        }

        // A chain that begins later hangs on whatever its first entry names.
        if (!(Count == 0 && first != 1) && !previous.AsSpan().SequenceEqual(_previous))
        {
            return "it does not follow the record before";
        }

        if (!SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(record)]).AsSpan().SequenceEqual(hash))
        {
            return "its hash is not that of the record";
        }

        (_previous, Count) = (hash, Count + 1);
        return null;
    }

    private static bool TryRead(
        JsonObject entry, out long sequence, out string record, out byte[] previous, out byte[] hash)
    {
        (sequence, record, previous, hash) = (0, string.Empty, [], []);
        try
        {
            sequence = (long?)entry["seq"] ?? 0;
            record = (string?)entry["record"] ?? string.Empty;
            previous = Convert.FromHexString((string?)entry["previous"] ?? string.Empty);
            hash = Convert.FromHexString((string?)entry["hash"] ?? string.Empty);
            return previous.Length == SHA256.HashSizeInBytes && hash.Length == SHA256.HashSizeInBytes;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static long? SequenceIn(string record)
    {
        try
        {
            return (long?)(JsonNode.Parse(record) as JsonObject)?["seq"];
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
