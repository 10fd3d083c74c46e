using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>An encryption key that this machine's TPM holds; the TPM is opened only while it is used.</summary>
internal sealed class TpmAgreement(string tcti, WrappedKey key) : IKeyAgreement
{
    private const int CoordinateBytes = 32;

    public ECParameters PublicKey
    {
        get
        {
            using var ecdh = TpmPublic.ParseSized(key.Public).ToEcdh();
            return ecdh.ExportParameters(includePrivateParameters: false);
        }
    }

    public byte[] Agree(ECParameters peer)
    {
        // A point that is none is refused here, in our own words.
        using var theirs = ECDiffieHellman.Create(peer);
        if (theirs.KeySize != CoordinateBytes * 8)
        {
            throw new CryptographicException("a point of another curve");
        }

        using var tpm = MachineTpm.Open(tcti);
        var shared = tpm.Objects.Agree(key, new EccPoint(peer.Q.X, peer.Q.Y));
        var padded = new byte[CoordinateBytes];
        shared.CopyTo(padded, CoordinateBytes - shared.Length);
        CryptographicOperations.ZeroMemory(shared);
        return padded;
    }

    public void Dispose()
    {
        // Nothing is kept in the TPM between two uses.
    }
}
