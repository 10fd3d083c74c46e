using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>A COSE algorithm of attestation statements; SHA-1 is among those of real devices.</summary>
internal sealed record SignatureAlgorithm(TpmAlgorithm Scheme, TpmAlgorithm Hash)
{
    public string Remark => Hash == TpmAlgorithm.Sha1 ? "; a key that signs with SHA-1 could not be enrolled" : "";

    /// <exception cref="NotSupportedException">Another algorithm.</exception>
    public static SignatureAlgorithm Of(long cose) => cose switch
    {
        -65535 => new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha1),
        -257 => new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256),
        -258 => new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha384),
        -259 => new(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha512),
        -37 => new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256),
        -38 => new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha384),
        -39 => new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha512),
        -7 => new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256),
        -35 => new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha384),
        -36 => new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha512),
        _ => throw new NotSupportedException($"the algorithm {cose} is not known here"),
    };

    public bool Verifies(AsymmetricAlgorithm key, byte[] message, byte[] signature) => Scheme == TpmAlgorithm.EcDsa
        ? key is ECDsa ecdsa && ecdsa.VerifyData(message, signature, HashAlgorithms.ToName(Hash), DSASignatureFormat.Rfc3279DerSequence)
        : TpmSignature.OfRsa(Scheme, Hash, signature).DangerousVerifyData(key, message);
}
