using System.Collections.Immutable;

namespace KeyBroker.Attestation.Certificates;

/// <summary>TPMs that are not accepted although their certificates are genuine: stolen, revoked, or known to be weak.</summary>
public sealed record EndorsementDenyList
{
    public static EndorsementDenyList Empty { get; } = new();

    /// <summary>Machine ids, which are those of endorsement keys.</summary>
    public ImmutableHashSet<string> Machines { get; init; } = [];

    /// <summary>Certificates by the SHA-256 of their issuer's encoded name and by their serial as <see cref="SerialOf"/> gives it.</summary>
    public ImmutableHashSet<(string Issuer, string Serial)> Certificates { get; init; } = [];

    public ImmutableArray<DeniedFirmware> Firmware { get; init; } = [];

    /// <param name="machine">Its id.</param>
    /// <param name="tpm">What its certificate says, if there is one that was accepted.</param>
    public bool Covers(string machine, CertifiedTpm? tpm) =>
        Machines.Contains(machine)
        || (tpm is not null && (Certificates.Contains((tpm.Issuer, SerialOf(tpm.Serial))) || Firmware.Any(firmware => firmware.Covers(tpm))));

    /// <summary>The one form of a serial: lower-case hex, whole bytes, no zeros that lead, no colons.</summary>
    public static string SerialOf(string serial)
    {
        var digits = serial.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant().TrimStart('0');
        return digits.Length % 2 == 0 ? digits : "0" + digits;
    }

    /// <exception cref="FormatException">A line is none of the form; it says which.</exception>
    public static EndorsementDenyList Parse(string text) => DenyListReader.Read(text);
}
