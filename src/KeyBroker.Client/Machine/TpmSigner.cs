using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>A proof key that this machine's TPM holds; the TPM is opened only while it signs.</summary>
internal sealed class TpmSigner(string tcti, WrappedKey key) : IProofSigner
{
    public ECParameters PublicKey
    {
        get
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(TpmPublic.ParseSized(key.Public).SubjectPublicKeyInfo(), out _);
            return ecdsa.ExportParameters(includePrivateParameters: false);
        }
    }

    public byte[] Sign(byte[] digest)
    {
        using var tpm = MachineTpm.Open(tcti);
        return tpm.Objects.Sign(key, digest).ToJose(TpmEccCurve.NistP256);
    }

    public void Dispose()
    {
        // Nothing is kept in the TPM between two uses.
    }
}
