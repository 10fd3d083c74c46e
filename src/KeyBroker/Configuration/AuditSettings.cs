using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>How the audit log is made provable, and where else it goes: <c>KeyBroker:Audit</c>.</summary>
internal sealed class AuditSettings
{
    // One write of the TPM's memory a minute is half a million in a year, as much as some can take in their life.
    private static readonly TimeSpan s_leastGap = TimeSpan.FromMinutes(1);

    private const uint DefaultIndex = 0x0180_4B42;
    private const uint FirstOwnerIndex = 0x0180_0000;
    private const uint LastOwnerIndex = 0x01BF_FFF0;
    private const int LeastRecords = 100;
    private const long DefaultLowSpace = 256L << 20;

    private static readonly HashSet<string> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(CheckpointInterval), nameof(CheckpointRecords), nameof(CounterIndex), nameof(AcceptRollback), nameof(HashIdentifiers),
        nameof(Sinks), nameof(LowSpace),
    };

    private AuditSettings(IConfiguration section)
    {
        CheckpointInterval = Duration(section, nameof(CheckpointInterval), "10m");
        CheckpointRecords = Number(section, nameof(CheckpointRecords), 100_000, LeastRecords);
        CounterIndex = Index(section[nameof(CounterIndex)]);
        AcceptRollback = section[nameof(AcceptRollback)] is { Length: > 0 } ? Number(section, nameof(AcceptRollback), 0, 0) : null;
        HashIdentifiers = Flag(section, nameof(HashIdentifiers));
        Sinks = SinkSettings.ReadAll(section.GetSection(nameof(Sinks)));
        LowSpace = Number(section, nameof(LowSpace), DefaultLowSpace, 0);
        if (section.GetChildren().FirstOrDefault(child => !s_known.Contains(child.Key)) is { } unknown)
        {
            throw new StartupException($"remove or correct KeyBroker:Audit:{unknown.Key}");
        }
    }

    /// <summary>How long a record waits for a checkpoint at most.</summary>
    public TimeSpan CheckpointInterval { get; }

    /// <summary>How many records wait for one at most, unless the last is younger than <see cref="LeastGap"/>.</summary>
    public long CheckpointRecords { get; }

    /// <summary>No two checkpoints that nobody asked for are nearer.</summary>
    public static TimeSpan LeastGap => s_leastGap;

    /// <summary>Where the counter is in the TPM, or one of the fifteen places behind.</summary>
    public uint CounterIndex { get; }

    /// <summary>The value of the counter with which an administrator goes on with an older database, once.</summary>
    public long? AcceptRollback { get; }

    /// <summary>Exports and sinks show keyed hashes in place of machines, peers and resources.</summary>
    public bool HashIdentifiers { get; }

    /// <summary>Where else the log goes.</summary>
    public IReadOnlyList<SinkSettings> Sinks { get; }

    /// <summary>Below so many free bytes on the database's disk there is an alarm.</summary>
    public long LowSpace { get; }

    /// <exception cref="StartupException">A value is malformed or none of ours.</exception>
    public static AuditSettings Read(IConfiguration section) => new(section);

    private static TimeSpan Duration(IConfiguration section, string key, string fallback) =>
        Durations.TryParse(section[key] is { Length: > 0 } text ? text : fallback) is { } duration && duration >= s_leastGap
            ? duration
            : throw new StartupException($"set KeyBroker:Audit:{key} to a duration of 1m or more, such as {fallback}");

    private static long Number(IConfiguration section, string key, long fallback, long least)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least
            ? value
            : throw new StartupException($"set KeyBroker:Audit:{key} to a whole number from {least} on");
    }

    private static bool Flag(IConfiguration section, string key) => section[key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => throw new StartupException($"set KeyBroker:Audit:{key} to true or false"),
    };

    private static uint Index(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return DefaultIndex;
        }

        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var index)
            && index is >= FirstOwnerIndex and <= LastOwnerIndex
            ? index
            : throw new StartupException("set KeyBroker:Audit:CounterIndex to an NV index of the owner, from 0x01800000 to 0x01bffff0");
    }
}
