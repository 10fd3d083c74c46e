using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;

namespace KeyBroker.Tests.Audit;

/// <summary>What can be done to a log, each with the fault that it has to be found by.</summary>
internal static class LogEdits
{
    public static readonly IReadOnlyDictionary<string, Func<LogEdit, (LogFaultKind Kind, int Record)>> All =
        new Dictionary<string, Func<LogEdit, (LogFaultKind, int)>>(StringComparer.Ordinal)
        {
            ["words changed"] = WordsChanged,
            ["words and hash changed"] = WordsAndHashChanged,
            ["a hash changed"] = HashChanged,
            ["a record deleted"] = Deleted,
            ["the tail cut"] = Cut,
            ["two records swapped"] = Swapped,
            ["a record moved on"] = MovedOn,
            ["a record moved back"] = MovedBack,
            ["a record doubled behind"] = DoubledBehind,
            ["a record doubled before"] = DoubledBefore,
            ["a record made up"] = MadeUp,
            ["a line of nonsense"] = Nonsense,
            ["a fork with its checkpoints"] = Forked,
            ["a fork without them"] = ForkedWithoutCheckpoints,
            ["rolled back and gone on"] = RolledBack,
            ["a checkpoint rewritten"] = CheckpointRewritten,
            ["a checkpoint with a bit changed"] = CheckpointChanged,
            ["a checkpoint moved"] = CheckpointMoved,
            ["a checkpoint doubled"] = CheckpointDoubled,
            ["another number"] = Renumbered,
        };

    private static (LogFaultKind, int) WordsChanged(LogEdit log)
    {
        var record = log.Record(1, Last(log));
        log.ChangeWords(log.LineOf(record));
        return (LogFaultKind.Changed, record);
    }

    private static (LogFaultKind, int) WordsAndHashChanged(LogEdit log)
    {
        var record = log.Record(1, Last(log) - 1);
        log.ChangeWords(log.LineOf(record));
        log.Rehash(record, record);

        // A checkpoint right behind it is met before the next record.
        return log.Checkpoints.Contains(record) ? (LogFaultKind.Fork, log.CheckpointBefore(record) + 1) : (LogFaultKind.Changed, record);
    }

    private static (LogFaultKind, int) HashChanged(LogEdit log)
    {
        var record = log.Record(1, Last(log));
        log.FlipDigit(log.LineOf(record), log.Dice.Next(0, 1) == 0 ? "hash" : "previous");
        return (LogFaultKind.Changed, record);
    }

    private static (LogFaultKind, int) Deleted(LogEdit log)
    {
        var record = log.Record(1, Last(log) - 1);
        log.Delete(log.LineOf(record));
        return (LogFaultKind.Missing, record);
    }

    private static (LogFaultKind, int) Cut(LogEdit log)
    {
        var record = log.Record(1, log.Checkpoints[^1] - 1);
        log.CutBehind(record);
        return (LogFaultKind.Cut, record + 1);
    }

    private static (LogFaultKind, int) Swapped(LogEdit log)
    {
        var (first, second) = Two(log);
        log.Swap(log.LineOf(first), log.LineOf(second));
        return (LogFaultKind.Moved, first);
    }

    private static (LogFaultKind, int) MovedOn(LogEdit log)
    {
        var (first, second) = Two(log);
        log.Move(log.LineOf(first), log.LineOf(second));
        return (LogFaultKind.Moved, first);
    }

    private static (LogFaultKind, int) MovedBack(LogEdit log)
    {
        var (first, second) = Two(log);
        log.Move(log.LineOf(second), log.LineOf(first));
        return (LogFaultKind.Moved, first);
    }

    private static (LogFaultKind, int) DoubledBehind(LogEdit log)
    {
        var (first, second) = Two(log);
        log.Insert(log.LineOf(second) + 1, log.Lines[log.LineOf(first)]);
        return (LogFaultKind.Inserted, first);
    }

    private static (LogFaultKind, int) DoubledBefore(LogEdit log)
    {
        var (first, second) = Two(log);
        log.Insert(log.LineOf(first), log.Lines[log.LineOf(second)]);
        return (LogFaultKind.Inserted, second);
    }

    private static (LogFaultKind, int) MadeUp(LogEdit log)
    {
        var record = log.Record(1, log.Checkpoints[^1] - 1);
        log.Insert(log.LineOf(record), log.Lines[log.LineOf(record)]);
        log.ChangeWords(log.LineOf(record));
        log.Rehash(record, record);
        return (LogFaultKind.Inserted, record);
    }

    private static (LogFaultKind, int) Nonsense(LogEdit log)
    {
        string[] nonsense = ["nonsense", "{}", "{\"seq\":1}", "[1]", "{\"seq\":7,\"record\":\"\",\"previous\":\"\",\"hash\":\"\"}"];
        var record = log.Record(1, Last(log));
        log.Insert(log.LineOf(record), nonsense[log.Dice.Next(0, nonsense.Length - 1)]);
        return (LogFaultKind.Inserted, record);
    }

    private static (LogFaultKind, int) Forked(LogEdit log)
    {
        var record = log.Record(1, log.Checkpoints[^1]);
        log.ChangeWords(log.LineOf(record));
        log.Rehash(record, Last(log));
        return (LogFaultKind.Fork, log.CheckpointBefore(record) + 1);
    }

    private static (LogFaultKind, int) ForkedWithoutCheckpoints(LogEdit log)
    {
        var record = log.Record(1, log.Checkpoints[^1]);
        var before = log.CheckpointBefore(record);
        log.ChangeWords(log.LineOf(record));
        log.Rehash(record, Last(log));
        log.DropCheckpoints(size => size > before);
        return (LogFaultKind.Fork, before + 1);
    }

    /// <summary>Cut, and as many other records put in their place.</summary>
    private static (LogFaultKind, int) RolledBack(LogEdit log)
    {
        var record = log.Record(1, log.Checkpoints[^1]);
        var before = log.CheckpointBefore(record);
        log.DropCheckpoints(size => size > before);
        for (var next = record; next <= Last(log); next++)
        {
            log.ChangeWords(log.LineOf(next));
        }

        log.Rehash(record, Last(log));
        return (LogFaultKind.Fork, before + 1);
    }

    private static (LogFaultKind, int) CheckpointRewritten(LogEdit log)
    {
        var (line, size) = Checkpoint(log);
        var checkpoint = log[line];
        var body = CheckpointBody.Parse((string)checkpoint["checkpoint"]!);
        checkpoint["checkpoint"] = (log.Dice.Next(0, 3) switch
        {
            0 => body with { Counter = body.Counter + 1 },
            1 => body with { Root = new byte[32] },
            2 => body with { Chain = new byte[32] },
            _ => body with { At = body.At.AddHours(1) },
        }).ToString();
        log[line] = checkpoint;
        return (LogFaultKind.ForgedCheckpoint, size);
    }

    private static (LogFaultKind, int) CheckpointChanged(LogEdit log)
    {
        var (line, size) = Checkpoint(log);
        var checkpoint = log[line];
        string[] members = ["attest", "signature", "counter", "ak"];
        var member = members[log.Dice.Next(0, members.Length - 1)];
        var bytes = Attestation.Evidence.Base64Url.Decode((string)checkpoint[member]!);
        bytes[log.Dice.Next(0, bytes.Length - 1)] ^= (byte)(1 << log.Dice.Next(0, 7));
        checkpoint[member] = Attestation.Evidence.Base64Url.Encode(bytes);
        log[line] = checkpoint;
        return (LogFaultKind.ForgedCheckpoint, size);
    }

    private static (LogFaultKind, int) CheckpointMoved(LogEdit log)
    {
        var (line, size) = Checkpoint(log);
        var to = log.LineOf(log.Dice.Next(1, Last(log)));
        if (Math.Abs(to - line) < 2)
        {
            to = line < 3 ? line + 3 : line - 3;
        }

        log.Move(line, to);
        return (LogFaultKind.Moved, size);
    }

    private static (LogFaultKind, int) CheckpointDoubled(LogEdit log)
    {
        var (line, size) = Checkpoint(log);
        log.Insert(line, log.Lines[line]);
        return (LogFaultKind.Inserted, size);
    }

    private static (LogFaultKind, int) Renumbered(LogEdit log)
    {
        var record = log.Record(1, Last(log) - 1);
        var entry = log[log.LineOf(record)];
        entry["seq"] = record + Last(log);
        log[log.LineOf(record)] = entry;
        return (LogFaultKind.Missing, record);
    }

    private static (int First, int Second) Two(LogEdit log)
    {
        var first = log.Record(1, Last(log) - 1);
        return (first, log.Record(first + 1, Last(log)));
    }

    private static (int Line, int Size) Checkpoint(LogEdit log)
    {
        var size = log.Checkpoints[log.Dice.Next(0, log.Checkpoints.Count - 1)];
        return (log.LineOfCheckpoint(size), size);
    }

    private static int Last(LogEdit log) => (int)JsonNode.Parse(log.Lines.Last(line => !LogEdit.IsCheckpoint(line)))!["seq"]!;
}
