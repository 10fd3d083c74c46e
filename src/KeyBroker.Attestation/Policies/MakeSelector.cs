using System.Collections.Immutable;
using KeyBroker.Attestation.Certificates;

namespace KeyBroker.Attestation.Policies;

/// <summary>Which makes of TPM a policy is about: never true of a TPM that no certificate describes.</summary>
/// <param name="Manufacturer">Accepted manufacturers; empty: any.</param>
/// <param name="Model">Accepted models; empty: any.</param>
/// <param name="Firmware">Accepted versions; empty: any.</param>
public sealed record MakeSelector(ImmutableArray<string> Manufacturer, ImmutableArray<string> Model, ImmutableArray<string> Firmware)
{
    public static MakeSelector Any { get; } = new([], [], []);

    public bool IsAny => Manufacturer.IsEmpty && Model.IsEmpty && Firmware.IsEmpty;

    public bool Selects(CertifiedTpm? tpm) =>
        IsAny || (tpm is not null && Has(Manufacturer, tpm.Manufacturer) && Has(Model, tpm.Model) && Has(Firmware, tpm.Firmware));

    private static bool Has(ImmutableArray<string> accepted, string actual) =>
        accepted.IsEmpty || accepted.Any(pattern => Matches(pattern, actual));

    // Makers write the digits of their ids in capitals and in small letters.
    private static bool Matches(string pattern, string actual) => pattern.EndsWith('*')
        ? actual.AsSpan().StartsWith(pattern.AsSpan()[..^1], StringComparison.OrdinalIgnoreCase)
        : string.Equals(pattern, actual, StringComparison.OrdinalIgnoreCase);
}
