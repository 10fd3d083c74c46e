using System.Security.Cryptography;

namespace KeyBroker.Client;

/// <summary>An encryption key that whoever reads the state folder has.</summary>
internal sealed class SoftwareAgreement(ECDiffieHellman key) : IKeyAgreement
{
    public ECParameters PublicKey => key.ExportParameters(includePrivateParameters: false);

    public byte[] Agree(ECParameters peer)
    {
        using var theirs = ECDiffieHellman.Create(peer);
        return key.DeriveRawSecretAgreement(theirs.PublicKey);
    }

    public void Dispose() => key.Dispose();
}
