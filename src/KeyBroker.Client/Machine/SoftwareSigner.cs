using System.Security.Cryptography;

namespace KeyBroker.Client;

/// <summary>A proof key that whoever reads the state folder has.</summary>
internal sealed class SoftwareSigner(ECDsa key) : IProofSigner
{
    public ECParameters PublicKey => key.ExportParameters(includePrivateParameters: false);

    public byte[] Sign(byte[] digest) => key.SignHash(digest);

    public void Dispose() => key.Dispose();
}
