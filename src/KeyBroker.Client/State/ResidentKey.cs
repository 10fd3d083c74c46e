namespace KeyBroker.Client;

/// <summary>A key of this machine's own as the TPM wrapped it, and what which attestation key certified of it.</summary>
internal sealed record ResidentKey(byte[] Public, byte[] Private, byte[] AkPublic, byte[] Certify, byte[] Signature)
{
    public WrappedKey ToKey() => new(Public, Private);

    public CertifiedPublic ToCertified() => new(Public, Certify, Signature);
}
