namespace KeyBroker.Attestation.EventLogs;

/// <summary>One thing in a log that a boot of honest firmware does not write.</summary>
/// <param name="Kind">What rule it breaks.</param>
/// <param name="Pcr">The register it is about.</param>
public sealed record LogFinding(LogFindingKind Kind, int Pcr, string Message);
