using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>The firmware verified what it started, or did not.</summary>
public sealed record SecureBootRequirement(bool Enabled) : EventRequirement("secureBoot")
{
    private const int Pcr = 7;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => [Word(Enabled)];

    public override string? Observe(BootFacts facts) => facts.SecureBoot is { } state ? Word(state) : null;

    public override Shortfall? Check(BootFacts facts) =>
        facts.SecureBoot is not { } state ? NotProven("the state of secure boot", Pcr)
        : state == Enabled ? null
        : new Shortfall($"secureBoot: {Word(state)}") { Pcr = Pcr, Actual = Word(state), Expected = [Word(Enabled)] };

    private static string Word(bool enabled) => enabled ? "enabled" : "disabled";
}
