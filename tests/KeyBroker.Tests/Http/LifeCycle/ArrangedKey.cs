namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>A key one version of which is in a state, with what that version made while it could.</summary>
internal sealed record ArrangedKey(string Kind, string Name)
{
    public int Version { get; init; } = 1;

    /// <summary>A signature, a ciphertext or a code of the version; of version 1 where the version never could.</summary>
    public string Made { get; init; } = "";

    /// <summary>A wrapped key of the version, as <see cref="Made"/>; of AES keys only.</summary>
    public string Wrapped { get; init; } = "";

    public bool IsPrimary { get; init; } = true;

    public string Path => "/v1/keys/" + Uri.EscapeDataString(Name);

    public string AdminPath => "keys/" + Uri.EscapeDataString(Name);
}
