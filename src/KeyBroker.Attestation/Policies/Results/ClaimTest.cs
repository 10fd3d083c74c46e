using System.Text.Json;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>What a claim must be: total, of one type, and false for everything else.</summary>
public abstract record ClaimTest
{
    public abstract bool Holds(JsonElement claim);

    /// <summary>In the words of the file.</summary>
    public abstract IReadOnlyList<string> Expected { get; }
}
