namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>A use of a key or secret that a case expects to be granted, or not.</summary>
public sealed record ExpectedUse(ResourceKind Kind, string Name, string Verb)
{
    public StatedUse Stated { get; init; } = StatedUse.Nothing;

    /// <summary>True when one grant allows it, whose terms hold as far as something is said of them.</summary>
    public bool IsGranted(Decision decision, string caller) => decision.Allowing(Kind, Name, Verb)
        .Any(granted => Stated.Meets(granted.Grant, caller, decision.TokenLifetime));

    public override string ToString() => $"{Verb} {(Kind == ResourceKind.Key ? "key" : "secret")} {Name}{Stated}";
}
