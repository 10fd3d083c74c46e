namespace KeyBroker.Client;

/// <summary>One reason of a denial, as the broker gave it.</summary>
public sealed record ProblemReason(string Code, string Message)
{
    public string? Policy { get; init; }

    public int? Pcr { get; init; }

    public string? Actual { get; init; }

    public IReadOnlyList<string> Expected { get; init; } = [];

    public string? Path { get; init; }
}
