namespace KeyBroker.Receipts;

/// <summary>TOK-16. When a signing key begins and ends, so that nothing is signed with a key that nobody could have seen.</summary>
internal static class SigningSchedule
{
    /// <summary>How long a key is published before its first use; caches of the JWKS must end before.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromDays(14);

    /// <summary>How long a key may sign on where the next one is late.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    /// <summary>How long a late key is published before its first use, as long as another one may sign.</summary>
    public static readonly TimeSpan ShortLead = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_period = TimeSpan.FromDays(90);

    /// <summary>The time that a key is certified for.</summary>
    public static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) PeriodFrom(DateTimeOffset start) => (start, start + s_period + Grace);

    /// <summary>
    /// Until when there is a key without a gap. What a clock far ahead made once lies beyond one, and is no reason to make none before.
    /// </summary>
    public static DateTimeOffset CoveredFrom(DateTimeOffset now, IEnumerable<(DateTimeOffset NotBefore, DateTimeOffset NotAfter)> keys) =>
        keys.OrderBy(key => key.NotBefore).Aggregate(now, (end, key) => key.NotBefore <= end && key.NotAfter > end ? key.NotAfter : end);

    /// <summary>True where the key after the one that ends last has to be made.</summary>
    public static bool IsNextDue(DateTimeOffset last, DateTimeOffset now) => last - Grace - now < Lead;

    /// <summary>When the period is over; where the key is late, once caches know it, but before there would be none.</summary>
    public static DateTimeOffset NextStart(DateTimeOffset last, DateTimeOffset now)
    {
        var (due, known) = (last - Grace, now + ShortLead);
        var start = due > known ? due : known;
        return start < last ? start : last;
    }
}
