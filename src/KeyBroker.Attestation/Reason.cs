namespace KeyBroker.Attestation;

/// <summary>One thing that did not hold, in the words of the contract's <c>reasons</c> list.</summary>
public sealed record Reason(string Code, string Message)
{
    public string? Policy { get; init; }

    public int? Pcr { get; init; }

    public string? Actual { get; init; }

    /// <summary>Labels of the accepted values, never the values.</summary>
    public IReadOnlyList<string>? Expected { get; init; }

    public string? Path { get; init; }
}
