using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>Whether checkpoints come in time: nothing waits for them, so somebody has to look.</summary>
internal sealed class CheckpointHealth(BrokerSettings settings, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private long? _covered;

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>How many attempts failed since the start.</summary>
    public long Failures { get; private set; }

    /// <summary>Since the log was last covered as a whole.</summary>
    public TimeSpan Age => clock.GetElapsedTime(_covered ?? _started);

    /// <summary>A checkpoint should have been made, and then some.</summary>
    public bool IsLate => Failure is not null || Age > (2 * settings.Audit.CheckpointInterval) + AuditSettings.LeastGap;

    public void Covered() => (_covered, Failure) = (clock.GetTimestamp(), null);

    public void Failed(string why) => (Failure, Failures) = (why, Failures + 1);
}
