namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>
/// One entry of a signature database, by what policies name it with: the image hash it is, or the SHA-256 of the
/// certificate.
/// </summary>
public sealed record DatabaseEntry(string Identity, Guid Owner);
