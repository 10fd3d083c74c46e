namespace KeyBroker.Attestation.AuditLogs;

/// <summary>
/// The checkpoints of a sink that stand behind records they are not over, because those were written while the TPM signed:
/// to compare them where they belong, a log is read once for them and then for all else.
/// </summary>
public static class LateCheckpoints
{
    /// <param name="lines">Those of the whole log, each without its end.</param>
    public static IReadOnlyList<SignedCheckpoint> In(IEnumerable<ReadOnlyMemory<byte>> lines) =>
        [.. lines.Where(line => SignedCheckpoint.IsOne(line.Span)).Select(TryParse).OfType<SignedCheckpoint>()];

    /// <summary>What is no checkpoint is found where its line stands.</summary>
    private static SignedCheckpoint? TryParse(ReadOnlyMemory<byte> line)
    {
        try
        {
            var signed = SignedCheckpoint.Parse(line.Span);
            return signed.Behind > CheckpointBody.Parse(signed.Text).Size ? signed : null;
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
