using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Device = KeyBroker.Tpm.Tpm;

namespace KeyBroker.Client;

/// <summary>Keys and secrets that this machine's TPM keeps for it under the storage root key.</summary>
internal sealed class ResidentObjects(Device tpm)
{
    /// <summary>A key that agrees on secrets, P-256, and cannot leave this TPM.</summary>
    private static readonly TpmPublic s_agreement = Templates.SigningKeyEccP256 with
    {
        Attributes = (Templates.SigningKeyEccP256.Attributes & ~ObjectAttributes.Sign) | ObjectAttributes.Decrypt,
        Parameters = new EccPublicParameters(SymmetricDefinition.Null, SignatureScheme.Null, TpmEccCurve.NistP256, SignatureScheme.Null),
    };

    /// <summary>The storage root key, certified by the attestation key.</summary>
    public CertifiedPublic CertifyRoot(WrappedKey ak)
    {
        using var root = StorageRoot.Make(tpm);
        return Certify(root, ak, (root.Object, root.Public.ToSizedBytes()));
    }

    /// <summary>A new encryption key, wrapped, and what the attestation key certified of it.</summary>
    public (WrappedKey Key, CertifiedPublic Certified) CreateEncryptionKey(WrappedKey ak) => CreateKey(s_agreement, ak);

    /// <summary>A new key that signs proofs, wrapped, and what the attestation key certified of it.</summary>
    public (WrappedKey Key, CertifiedPublic Certified) CreateProofKey(WrappedKey ak) => CreateKey(Templates.SigningKeyEccP256, ak);

    /// <summary>An ECDSA signature of a digest by a key that was made here.</summary>
    public TpmSignature Sign(WrappedKey key, byte[] digest)
    {
        using var root = StorageRoot.Make(tpm);
        var loaded = root.Load(key);
        try
        {
            return tpm.Execute(new Sign(loaded.WithPassword(), digest));
        }
        finally
        {
            Flush(loaded);
        }
    }

    /// <summary>The coordinate that an encryption key shares with another point; nobody on the bus sees it.</summary>
    public byte[] Agree(WrappedKey key, EccPoint peer)
    {
        using var root = StorageRoot.Make(tpm);
        var loaded = root.Load(key);
        try
        {
            using var session = root.StartSession();
            return tpm.Execute(new EcdhZGen(loaded.With(session), peer)).X.ToArray();
        }
        finally
        {
            Flush(loaded);
        }
    }

    /// <summary>Takes in what was wrapped for the storage root key; only this TPM can.</summary>
    public (WrappedKey Sealed, TpmName Parent) Import(byte[] area, DuplicatedObject duplicate)
    {
        using var root = StorageRoot.Make(tpm);
        var wrapped = tpm.Execute(new Import(root.Object.WithPassword(), TpmPublic.ParseSized(area), duplicate));
        return (new WrappedKey(area, wrapped), root.Object.Name);
    }

    /// <summary>Opens what was taken in, which the TPM does in one state of these registers only; nobody on the bus sees it.</summary>
    /// <exception cref="TpmException">The registers have other values.</exception>
    /// <exception cref="IOException">The TPM is another one, or was cleared.</exception>
    public byte[] Unseal(WrappedKey sealedKey, string parent, IReadOnlyList<PcrSelection> selection)
    {
        using var root = StorageRoot.Make(tpm);
        if (root.Object.Name.ToString() != parent)
        {
            throw new IOException("the TPM is another one, or was cleared since this secret was put into it");
        }

        var loaded = root.Load(sealedKey);
        try
        {
            using var session = root.StartPolicySession();
            session.Pcr(selection);
            return tpm.Execute(new Unseal(loaded.With(session)));
        }
        finally
        {
            Flush(loaded);
        }
    }

    public IReadOnlyList<byte[]> ReadRegisters(IReadOnlyList<PcrSelection> selection) => PcrRead.All(tpm, selection);

    /// <summary>The policy digest of registers that hold these values.</summary>
    public static byte[] PolicyOf(IReadOnlyList<PcrSelection> selection, IReadOnlyList<byte[]> values) =>
        PolicyDigest.Start(TpmAlgorithm.Sha256).Pcr(selection, values).Value;

    private (WrappedKey Key, CertifiedPublic Certified) CreateKey(TpmPublic template, WrappedKey ak)
    {
        using var root = StorageRoot.Make(tpm);
        var key = root.Create(template);
        var loaded = root.Load(key);
        try
        {
            return (key, Certify(root, ak, (loaded, key.Public)));
        }
        finally
        {
            Flush(loaded);
        }
    }

    // What a statement is qualified with does not count: the broker knows by the token that it is of now.
    private CertifiedPublic Certify(StorageRoot root, WrappedKey ak, (TpmObject Object, byte[] Public) key)
    {
        var attestationKey = root.Load(ak);
        try
        {
            var stated = tpm.Execute(new Certify(key.Object.WithPassword(), attestationKey.WithPassword(), default));
            return new CertifiedPublic(key.Public, stated.Attest, stated.Signature.ToBytes());
        }
        finally
        {
            Flush(attestationKey);
        }
    }

    private void Flush(TpmObject loaded) => tpm.Execute(new FlushContext(loaded.Handle));
}
