namespace KeyBroker.Tpm.Endorsements;

/// <summary>An endorsement key's certificate, as DER or as the TPM holds it, and what leads from it to its maker's root.</summary>
public sealed record EndorsementCertificate(byte[] Certificate, IReadOnlyList<byte[]> Intermediates);
