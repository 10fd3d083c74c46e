namespace KeyBroker.Attestation.Quotes;

/// <summary>
/// Orders the boots of one attestation key; the counters are obfuscated and wrap, so only differences count.
/// </summary>
public static class BootOrder
{
    /// <summary>Negative where <paramref name="left"/> is the earlier boot, zero for the same one.</summary>
    public static int Compare(BootCounters left, BootCounters right)
    {
        var resets = Difference(left.ResetCount, right.ResetCount);
        return resets != 0 ? resets : Difference(left.RestartCount, right.RestartCount);
    }

    /// <summary>Refuses evidence of an earlier boot than the newest accepted one (none: any boot will do).</summary>
    /// <exception cref="DeniedException">attestation-denied, boot-order.</exception>
    public static void Check(BootCounters quoted, BootCounters? newest)
    {
        if (newest is { } accepted && Compare(quoted, accepted) < 0)
        {
            throw new DeniedException(
                ProblemCodes.AttestationDenied,
                new Reason(ReasonCodes.BootOrder, "the quote is of an earlier boot than one already accepted"));
        }
    }

    private static int Difference(uint left, uint right) => Math.Sign(unchecked((int)(left - right)));
}
