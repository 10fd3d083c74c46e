using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests.Boots;

/// <summary>What a machine did when it booted, what its log tells of it, and the reason that it must get; none where it is let in.</summary>
/// <param name="Name">The vector's.</param>
/// <param name="Covers">The threat.</param>
/// <param name="Require">The assertion of the policy, as in its file.</param>
internal sealed record BootAttack(string Name, string Covers, string? Reason, string Require)
{
    /// <summary>What was measured.</summary>
    public BootLog Boot { get; init; } = BootLog.Honest();

    /// <summary>The log that is sent, where it is not that of the boot.</summary>
    public Func<byte[], byte[]>? Tell { get; init; }

    public bool WithoutLog { get; init; }

    public string Pcrs { get; init; } = "sha256:0-15";

    /// <summary>What is sent behind the log, and how many times.</summary>
    public (byte[] Bytes, int Times) Appended { get; init; } = ([], 0);

    public byte[]? Log => WithoutLog ? null : Tell is null ? Boot.ToBytes() : Tell(Boot.ToBytes());
}
