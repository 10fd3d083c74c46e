namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>A secret version 1 of which is in a state.</summary>
internal sealed record ArrangedSecret(string Name)
{
    public bool IsPrimary { get; init; } = true;

    public string Path => "/v1/secrets/" + Uri.EscapeDataString(Name);

    public string AdminPath => "secrets/" + Uri.EscapeDataString(Name);
}
