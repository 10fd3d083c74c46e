namespace KeyBroker.Attestation.Certificates;

/// <summary>What an accepted endorsement certificate said of a TPM, and which certificate it was.</summary>
/// <param name="Manufacturer">The vendor id, as in <c>id:49465800</c>.</param>
/// <param name="Model">The vendor's name of the part.</param>
/// <param name="Firmware">The version when the certificate was made, as in <c>id:00070055</c>.</param>
/// <param name="Issuer">Lower-case hex SHA-256 over the issuer's encoded name.</param>
/// <param name="Serial">Lower-case hex.</param>
public sealed record CertifiedTpm(string Manufacturer, string Model, string Firmware, string Issuer, string Serial);
