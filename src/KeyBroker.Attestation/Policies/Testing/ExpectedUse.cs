namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>A use of a key or secret that a case expects to be granted, or not.</summary>
public sealed record ExpectedUse(ResourceKind Kind, string Name, string Verb)
{
    public bool IsGranted(Decision decision) => decision.FirstGranting(Kind, Name, Verb) is not null;

    public override string ToString() => $"{Verb} {(Kind == ResourceKind.Key ? "key" : "secret")} {Name}";
}
