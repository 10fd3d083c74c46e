using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>A record of an export as its line has it, unchecked.</summary>
public sealed class LogEntry
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private bool _isRedacted;

    private LogEntry()
    {
    }

    public long Sequence { get; private set; }

    /// <summary>The record's own bytes; of one whose identifiers are hashed those as they are shown.</summary>
    public byte[] Record { get; private set; } = [];

    public byte[] Previous { get; private set; } = [];

    public byte[] Hash { get; private set; } = [];

    /// <summary>The leaf of a record whose words are not all shown; null of any other.</summary>
    public byte[]? Leaf { get; private set; }

    /// <summary>A sink's own note, vouched for by nobody: the first record of the commit that this line was written ahead of; null behind it.</summary>
    public long? Commit { get; private set; }

    public byte[] LeafHash => Leaf ?? MerkleHash.Leaf(Record);

    /// <summary>Whether the chain's hash is that of the record and of the hash before that it names.</summary>
    public bool IsOneWithItself
    {
        get
        {
            if (Leaf is not null)
            {
                return true;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Previous);
            hash.AppendData(Record);
            return hash.GetHashAndReset().AsSpan().SequenceEqual(Hash) && NumberIn(Record) == Sequence;
        }
    }

    /// <summary>Null where the line is no entry.</summary>
    public static LogEntry? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            var entry = new LogEntry();
            var reader = new Utf8JsonReader(line);
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!entry.TryTake(ref reader))
                {
                    return null;
                }
            }

            return isObject && !reader.Read() && entry.IsComplete ? entry : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // A leaf stands for words that are not shown, and never beside those that are.
    private bool IsComplete => Sequence > 0 && Record.Length > 0 && Previous.Length == MerkleHash.Size
        && Hash.Length == MerkleHash.Size && (_isRedacted ? Leaf is { Length: MerkleHash.Size } : Leaf is null);

    /// <summary>False for a member that is unknown, or there already.</summary>
    private bool TryTake(ref Utf8JsonReader reader)
    {
        var member = Encoding.UTF8.GetString(reader.ValueSpan);
        _ = reader.Read();
        switch (member)
        {
            case "seq" when IsFirst("seq"):
                Sequence = reader.GetInt64();
                return true;
            case "record" or "redacted" when IsFirst("record"):
                _isRedacted = member == "redacted";
                Record = new byte[reader.ValueSpan.Length];
                Record = Record[..reader.CopyString(Record)];
                return true;
            case "previous" when IsFirst(member):
                Previous = Hex(ref reader);
                return true;
            case "hash" when IsFirst(member):
                Hash = Hex(ref reader);
                return true;
            case "leaf" when IsFirst(member):
                Leaf = Hex(ref reader);
                return true;
            case "commit" when IsFirst(member):
                Commit = reader.GetInt64();
                return true;
            default:
                return false;
        }
    }

    private static byte[] Hex(ref Utf8JsonReader reader) => Convert.FromHexString(reader.GetString() ?? throw new FormatException("no hash"));

    private bool IsFirst(string member) => _seen.Add(member);

    private static long? NumberIn(byte[] record)
    {
        try
        {
            var reader = new Utf8JsonReader(record);
            while (reader.Read())
            {
                if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName } && reader.ValueTextEquals("seq"u8))
                {
                    _ = reader.Read();
                    return reader.GetInt64();
                }
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            // No record at all.
        }

        return null;
    }
}
