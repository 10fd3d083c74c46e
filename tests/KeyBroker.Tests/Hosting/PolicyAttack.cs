namespace KeyBroker.Tests.Hosting;

/// <summary>One change to a good policy file, and a word of what its author is told; none where it stays good.</summary>
internal sealed record PolicyAttack(string Name, string Covers, string? Says, Func<string, string> Mutate)
{
    /// <summary>How many spaces follow the file.</summary>
    public int SpacesAfter { get; init; }
}
