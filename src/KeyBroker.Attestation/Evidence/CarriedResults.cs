namespace KeyBroker.Attestation.Evidence;

/// <summary>The results of remote verifiers in a request: one as <c>result</c>, others as <c>results</c>.</summary>
public static class CarriedResults
{
    public const int Most = 8;

    /// <summary>In their order, <c>result</c> first; none where there are none.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static IReadOnlyList<string> Parse(StrictObject body)
    {
        var others = body.OptionalTexts("results") ?? [];
        List<string> all = [.. body.OptionalText("result") is { } one ? [one] : Array.Empty<string>(), .. others];
        return all.Count <= Most && (others.Count > 0 || !body.Has("results"))
            ? all
            : throw DeniedException.Malformed($"1 to {Most} results are expected", "results");
    }
}
