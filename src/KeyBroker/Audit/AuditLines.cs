using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Audit;

/// <summary>The lines of exports and sinks: one record, or one checkpoint, as JSON with an end of line.</summary>
/// <param name="identifiers">Hashes names where that is asked for; null where they are shown.</param>
internal sealed class AuditLines(IdentifierHash? identifiers)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool HashesIdentifiers => identifiers is not null;

    /// <summary>The record as others may see it.</summary>
    public string Shown(AuditEntry entry) => identifiers?.Redact(entry.Record) ?? entry.Record;

    /// <param name="commit">What a sink notes of a record that is not committed yet.</param>
    public byte[] Of(AuditEntry entry, long? commit = null)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(line, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", entry.Sequence);
            json.WriteString(HashesIdentifiers ? "redacted" : "record", Shown(entry));
            json.WriteString("previous", Convert.ToHexStringLower(entry.Previous));
            json.WriteString("hash", Convert.ToHexStringLower(entry.Hash));
            if (HashesIdentifiers)
            {
                // The tree still shows that this record is at this place, whatever its words were.
                json.WriteString("leaf", Convert.ToHexStringLower(MerkleHash.Leaf(Encoding.UTF8.GetBytes(entry.Record))));
            }

            if (commit is { } first)
            {
                json.WriteNumber("commit", first);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    public static byte[] Of(SignedCheckpoint checkpoint) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(checkpoint.ToJson(), s_relaxed), (byte)'\n'];
}
