using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Tests.Audit;

/// <summary>An exported log that somebody edits, who can compute every hash and no signature.</summary>
internal sealed class LogEdit(IReadOnlyList<string> original, Dice dice)
{
    private readonly List<string> _lines = [.. original];

    public IReadOnlyList<string> Lines => _lines;

    public Dice Dice => dice;

    /// <summary>The sizes of the checkpoints in it.</summary>
    public IReadOnlyList<int> Checkpoints { get; } = [.. original.Where(IsCheckpoint).Select(line => (int)SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(line)).Check().Body.Size)];

    public static bool IsCheckpoint(string line) => line.StartsWith("{\"checkpoint\"", StringComparison.Ordinal);

    /// <summary>A record from these on, by number.</summary>
    public int Record(int first, int last) => dice.Next(first, last);

    public int LineOf(int record) => _lines.FindIndex(line => line.StartsWith($"{{\"seq\":{record},", StringComparison.Ordinal));

    public int LineOfCheckpoint(int size) => _lines.FindIndex(line => IsCheckpoint(line) && line.Contains($"\\n{size}\\n", StringComparison.Ordinal));

    public JsonObject this[int line]
    {
        get => JsonNode.Parse(_lines[line])!.AsObject();
        set => _lines[line] = value.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Delete(int line) => _lines.RemoveAt(line);

    public void CutBehind(int record) => _lines.RemoveRange(LineOf(record) + 1, _lines.Count - LineOf(record) - 1);

    public void Insert(int line, string text) => _lines.Insert(line, text);

    public void Swap(int line, int other) => (_lines[line], _lines[other]) = (_lines[other], _lines[line]);

    public void Move(int line, int to)
    {
        var moved = _lines[line];
        _lines.RemoveAt(line);
        _lines.Insert(to, moved);
    }

    public void DropCheckpoints(Func<int, bool> which)
    {
        foreach (var size in Checkpoints.Where(which))
        {
            _lines.RemoveAt(LineOfCheckpoint(size));
        }
    }

    /// <summary>Another machine did it.</summary>
    public void ChangeWords(int line)
    {
        var entry = this[line];
        var record = (string)entry["record"]!;
        entry["record"] = dice.Next(0, 2) switch
        {
            0 => record.Replace("\"outcome\":\"done\"", "\"outcome\":\"denied\"", StringComparison.Ordinal),
            1 => record.Replace("keys/web/", "keys/bank/", StringComparison.Ordinal),
            _ => record.Replace("\"op\":\"key.sign\"", "\"op\":\"key.read\"", StringComparison.Ordinal),
        };
        this[line] = entry;
    }

    /// <summary>Makes hashes fit the records again from a record on.</summary>
    public void Rehash(int from, int to)
    {
        for (var record = from; record <= to; record++)
        {
            var (line, before) = (LineOf(record), record == 1 ? new string('0', 64) : (string)this[LineOf(record - 1)]["hash"]!);
            var entry = this[line];
            entry["previous"] = before;
            entry["hash"] = Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(before), .. Encoding.UTF8.GetBytes((string)entry["record"]!)]));
            this[line] = entry;
        }
    }

    /// <summary>Flips a hex digit of a member.</summary>
    public void FlipDigit(int line, string member)
    {
        var entry = this[line];
        var hex = ((string)entry[member]!).ToCharArray();
        var at = dice.Next(0, hex.Length - 1);
        hex[at] = hex[at] == '0' ? '1' : '0';
        entry[member] = new string(hex);
        this[line] = entry;
    }

    /// <summary>The largest checkpoint before a record.</summary>
    public int CheckpointBefore(int record) => Checkpoints.Where(size => size < record).DefaultIfEmpty(0).Max();
}
