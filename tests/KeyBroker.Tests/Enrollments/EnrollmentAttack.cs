namespace KeyBroker.Tests.Enrollments;

/// <summary>One change to a good request to enrol, and the code and first reason it must get; no code where it stays good.</summary>
internal sealed record EnrollmentAttack(string Name, string? Code, string? Reason, Func<EnrollmentCase, string> Mutate)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>How many spaces follow the request, which JSON allows.</summary>
    public int SpacesAfter { get; init; }
}
