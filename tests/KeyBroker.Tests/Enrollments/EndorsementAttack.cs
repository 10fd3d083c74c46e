namespace KeyBroker.Tests.Enrollments;

/// <summary>One change to a good request to enrol with a certificate; it must be refused with ek-certificate, or stay good.</summary>
internal sealed record EndorsementAttack(string Name, string Covers, bool IsGood, Func<EndorsementCase, string> Mutate)
{
    /// <summary>The deny list in force.</summary>
    public Func<EndorsementCase, string> DenyList { get; init; } = _ => "";
}
