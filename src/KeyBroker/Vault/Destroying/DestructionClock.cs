namespace KeyBroker.Vault;

/// <summary>
/// How much of a wait has passed: by the monotonic clock while the broker runs, and across its stops by the TPM's own clock,
/// which counts only while the TPM has power. Both may count too little and never too much; the wall clock plays no part.
/// </summary>
internal sealed class DestructionClock(TimeProvider clock)
{
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>What has passed since this wait was last asked about, or else since its row was written.</summary>
    /// <param name="tpmClock">What the TPM shows now; null where it does not answer.</param>
    public TimeSpan Passed(DestructionRow row, long? tpmClock)
    {
        var now = clock.GetTimestamp();
        var isKnown = _seen.TryGetValue(row.Id, out var last);
        _seen[row.Id] = now;
        if (isKnown)
        {
            return clock.GetElapsedTime(last, now);
        }

        // After a power loss the TPM's clock may be behind where it was, and after a clear it begins anew.
        return tpmClock > row.TpmClock ? TimeSpan.FromMilliseconds(tpmClock.Value - row.TpmClock.Value) : TimeSpan.Zero;
    }

    public void ForgetAllBut(IReadOnlySet<string> ids)
    {
        foreach (var gone in _seen.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _seen.Remove(gone);
        }
    }
}
