using System.Collections.Immutable;

namespace KeyBroker.Attestation.Certificates;

/// <summary>TPMs that are not accepted although their certificates are genuine: stolen, revoked, or known to be weak.</summary>
public sealed record EndorsementDenyList
{
    public static EndorsementDenyList Empty { get; } = new();

    /// <summary>Machine ids, which are those of endorsement keys.</summary>
    public ImmutableHashSet<string> Machines { get; init; } = [];

    /// <summary>Certificates by the SHA-256 of their issuer's encoded name and by their serial, both lower-case hex.</summary>
    public ImmutableHashSet<(string Issuer, string Serial)> Certificates { get; init; } = [];

    public ImmutableArray<DeniedFirmware> Firmware { get; init; } = [];

    internal bool Covers(string machine, Certificate certificate, EndorsementProfile profile) =>
        Machines.Contains(machine)
        || Certificates.Contains((certificate.IssuerId, certificate.Serial))
        || Firmware.Any(firmware => firmware.Covers(profile));
}
