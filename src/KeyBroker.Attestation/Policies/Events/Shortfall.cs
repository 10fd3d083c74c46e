namespace KeyBroker.Attestation.Policies.Events;

/// <summary>What a boot lacks of what a policy requires, in the words of a reason.</summary>
public sealed record Shortfall(string Message)
{
    public int? Pcr { get; init; }

    public string? Actual { get; init; }

    public IReadOnlyList<string>? Expected { get; init; }
}
