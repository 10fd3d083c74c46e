namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>A reason that a case expects; a member that is null is not looked at.</summary>
public sealed record ExpectedReason(string? Code)
{
    public string? Policy { get; init; }

    public int? Pcr { get; init; }

    public bool Fits(Reason reason) =>
        (Code ?? reason.Code) == reason.Code && (Policy ?? reason.Policy) == reason.Policy && (Pcr ?? reason.Pcr) == reason.Pcr;

    public override string ToString() => string.Join(' ', new[] { Policy, Code, Pcr is { } pcr ? $"PCR {pcr}" : null }.OfType<string>());

    public static string Text(Reason reason) =>
        new ExpectedReason(reason.Code) { Policy = reason.Policy, Pcr = reason.Pcr }.ToString();
}
