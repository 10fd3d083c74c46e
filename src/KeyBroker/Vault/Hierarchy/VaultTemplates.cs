using System.Security.Cryptography;

using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>The public areas that everything in the vault is made from: each with the fewest rights that serve.</summary>
internal static class VaultTemplates
{
    private const ObjectAttributes Storage = ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.UserWithAuth
        | ObjectAttributes.NoDa | ObjectAttributes.Restricted | ObjectAttributes.Decrypt;

    /// <summary>The local storage key: neither it nor anything under it can ever leave this TPM.</summary>
    public static TpmPublic LocalStorage { get; } =
        StorageKey(Storage | ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent, default);

    /// <summary>
    /// The fleet storage key: moves to another TPM, or is administered, only by a policy that the fleet authority signed.
    /// </summary>
    public static TpmPublic FleetStorage(TpmName authority) => StorageKey(
        Storage | ObjectAttributes.EncryptedDuplication | ObjectAttributes.AdminWithPolicy,
        FleetPolicy.Of(authority));

    /// <summary>Sealed data (Part 1, 33.2): its origin is outside, so nothing signs or decrypts with it.</summary>
    public static TpmPublic SealedData(Residence residence) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = Child(residence),
        Parameters = KeyedHashParameters.Null,
        Unique = new DigestUnique(default),
    };

    /// <summary>The broker's attestation key: a primary with a unique of its own, so the same key at every start.</summary>
    public static TpmPublic BrokerAttestationKey { get; } = Templates.AttestationKeyEccP256 with
    {
        Unique = new EccUnique(SHA256.HashData("keybroker-broker-ak-v1"u8), new byte[32]),
    };

    /// <summary>A software P-256 key as PolicyAuthorize names it: an unrestricted ECDSA SHA-256 key (Part 3, 23.16).</summary>
    public static TpmPublic Authority(ECParameters key) => new()
    {
        Type = TpmAlgorithm.Ecc,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ObjectAttributes.UserWithAuth | ObjectAttributes.Sign,
        Parameters = new EccPublicParameters(
            SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256),
            TpmEccCurve.NistP256, SignatureScheme.Null),
        Unique = new EccUnique(key.Q.X, key.Q.Y),
    };

    /// <summary>Under a parent that may be duplicated fixedTPM is impossible and encryptedDuplication is repeated (Part 2, 8.3.3).</summary>
    public static ObjectAttributes Child(Residence residence) => ObjectAttributes.FixedParent
        | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa
        | (residence == Residence.Local ? ObjectAttributes.FixedTpm : ObjectAttributes.EncryptedDuplication);

    private static TpmPublic StorageKey(ObjectAttributes attributes, ReadOnlyMemory<byte> policy) => new()
    {
        Type = TpmAlgorithm.Ecc,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = attributes,
        AuthPolicy = policy,
        Parameters = new EccPublicParameters(
            SymmetricDefinition.Aes128Cfb, SignatureScheme.Null, TpmEccCurve.NistP256, SignatureScheme.Null),
        Unique = new EccUnique(default, default),
    };
}
