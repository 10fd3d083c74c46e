using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>The firmware calls itself by one of these versions.</summary>
public sealed record FirmwareRequirement(ImmutableArray<string> AnyOf) : EventRequirement("firmwareVersion")
{
    private const int Pcr = 0;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => AnyOf;

    public override string? Observe(BootFacts facts) => facts.FirmwareVersion;

    public override Shortfall? Check(BootFacts facts) =>
        facts.FirmwareVersion is not { } version ? NotProven("the version", Pcr)
        : AnyOf.Contains(version, StringComparer.Ordinal) ? null
        : new Shortfall("firmwareVersion: another") { Pcr = Pcr, Actual = version, Expected = AnyOf };
}
