namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_CERTIFY_INFO (Part 2, 10.12.3): that an object with this name is loaded in the TPM.</summary>
public sealed record CertifyInfo(TpmName Name, TpmName QualifiedName)
{
    public static CertifyInfo Read(ref TpmReader reader) => new(
        new(reader.ReadSized(Attest.MaxName).ToArray()), new(reader.ReadSized(Attest.MaxName).ToArray()));
}
