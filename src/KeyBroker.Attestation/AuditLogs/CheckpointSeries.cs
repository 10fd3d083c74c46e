using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>The checkpoints of a log, known and met: one signer, one log, and a counter that rises as the log does.</summary>
internal sealed class CheckpointSeries
{
    private readonly Queue<CheckpointBody> _ahead;
    private readonly LogExpectations _expected;
    private readonly HashSet<string> _late;
    private TpmName? _signer;
    private string? _log;
    private string? _lastText;

    /// <exception cref="LogFaultException">One that is known does not hold.</exception>
    public CheckpointSeries(LogExpectations expected)
    {
        (_expected, _signer, _late) = (expected, expected.Signer, [.. expected.Late.Select(late => late.Text)]);
        _ahead = new Queue<CheckpointBody>(expected.Known.Concat(expected.Late).Select(Open).OrderBy(body => body.Size).ThenBy(body => body.Counter));
    }

    public TpmName? Signer => _signer;

    public int Count { get; private set; }

    public CheckpointBody? Newest { get; private set; }

    /// <summary>The last record that a checkpoint covers.</summary>
    public long Covered => Newest?.Size ?? (_expected.First - 1);

    /// <summary>Takes one that stands in the log, behind so many records.</summary>
    public MetCheckpoint Read(ReadOnlySpan<byte> line, long last)
    {
        try
        {
            var signed = SignedCheckpoint.Parse(line);
            return new MetCheckpoint(Open(signed), signed.Behind, _late.Contains(signed.Text));
        }
        catch (CheckpointException wrong)
        {
            throw new LogFaultException(LogFaultKind.ForgedCheckpoint, last, $"a checkpoint behind record {last} is not one: {wrong.Message}");
        }
    }

    /// <summary>Those that were kept elsewhere and are over just so many records.</summary>
    public IEnumerable<CheckpointBody> KnownAt(long size)
    {
        while (_ahead.TryPeek(out var next) && next.Size <= size)
        {
            yield return _ahead.Dequeue();
        }
    }

    /// <summary>Whether a checkpoint says of its records what the records say.</summary>
    public void Accept(CheckpointBody body, byte[] head, byte[]? root)
    {
        if (!body.Chain.AsSpan().SequenceEqual(head) || (root is not null && !body.Root.AsSpan().SequenceEqual(root)))
        {
            throw new LogFaultException(
                LogFaultKind.Fork, Covered + 1, $"records {Covered + 1} to {body.Size} are not those of the checkpoint with counter {body.Counter}");
        }

        if (Newest is { } before && body.Counter <= before.Counter && body.ToString() != _lastText)
        {
            throw new LogFaultException(
                LogFaultKind.CounterBack, body.Size, $"the checkpoint over {body.Size} records has counter {body.Counter}, the one over {before.Size} has {before.Counter}");
        }

        (Newest, _lastText, Count) = (body, body.ToString(), Count + 1);
    }

    /// <summary>What remains is over more records than there are.</summary>
    public void End(long last)
    {
        if (!_ahead.TryPeek(out var longer))
        {
            return;
        }

        throw Newest is { } newest && newest.Counter > longer.Counter
            ? new LogFaultException(
                LogFaultKind.CounterBack, last + 1, $"counter {newest.Counter} is over {newest.Size} records, the lower {longer.Counter} over {longer.Size}: the log was rolled back")
            : new LogFaultException(
                LogFaultKind.Cut, last + 1, $"the checkpoint with counter {longer.Counter} is over {longer.Size} records, and the log ends with {last}");
    }

    private CheckpointBody Open(SignedCheckpoint signed)
    {
        try
        {
            var (body, signer) = signed.Check();
            Require(signer == (_signer ??= signer), $"it is signed by {signer}, another TPM's key");
            Require(body.Log == (_log ??= body.Log), "it is of another log");
            return body;
        }
        catch (CheckpointException wrong)
        {
            throw new LogFaultException(LogFaultKind.ForgedCheckpoint, SizeIn(signed.Text), $"a checkpoint does not hold: {wrong.Message}");
        }
    }

    private static long SizeIn(string text)
    {
        try
        {
            return CheckpointBody.Parse(text).Size;
        }
        catch (CheckpointException)
        {
            return 0;
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CheckpointException(otherwise);
        }
    }
}
