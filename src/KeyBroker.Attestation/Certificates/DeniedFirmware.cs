namespace KeyBroker.Attestation.Certificates;

/// <summary>TPMs of a maker, all of them or those with a firmware version that begins so.</summary>
/// <param name="Manufacturer">The vendor id, as in <c>id:49465800</c>.</param>
/// <param name="VersionPrefix">The beginning of the version, as in <c>id:0007</c>; null: every version.</param>
public sealed record DeniedFirmware(string Manufacturer, string? VersionPrefix = null)
{
    public bool Covers(CertifiedTpm tpm) =>
        string.Equals(Manufacturer, tpm.Manufacturer, StringComparison.OrdinalIgnoreCase)
        && (VersionPrefix is null || tpm.Firmware.StartsWith(VersionPrefix, StringComparison.OrdinalIgnoreCase));
}
