namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>One case of a test file: a machine in a state, and what the policies have to say of it.</summary>
public sealed record PolicyTestCase(string File, string Name)
{
    public required MachineFacts Machine { get; init; }

    public required StatedBoot Boot { get; init; }

    /// <summary>When it is tried; null is now.</summary>
    public DateTimeOffset? At { get; init; }

    public required ExpectedDecision Expected { get; init; }
}
