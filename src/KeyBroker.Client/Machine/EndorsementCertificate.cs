namespace KeyBroker.Client;

/// <summary>A certificate of an endorsement key, as DER or as the TPM holds it, and the intermediates that lead from it to its maker's root.</summary>
public sealed record EndorsementCertificate(byte[] Certificate, IReadOnlyList<byte[]> Intermediates);
