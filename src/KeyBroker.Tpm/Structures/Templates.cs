namespace KeyBroker.Tpm.Structures;

/// <summary>The public areas keys are made from: TCG's for endorsement and storage keys, our own for attestation keys.</summary>
public static class Templates
{
    private const ObjectAttributes Fixed =
        ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;

    private const ObjectAttributes Storage = ObjectAttributes.Restricted | ObjectAttributes.Decrypt;

    private const ObjectAttributes LowRange = Fixed | Storage | ObjectAttributes.AdminWithPolicy;

    private const ObjectAttributes HighRange = LowRange | ObjectAttributes.UserWithAuth;

    private const ObjectAttributes Attestation = Fixed | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa
        | ObjectAttributes.Restricted | ObjectAttributes.Sign;

    // EK Credential Profile 2.5, B.6.2: PolicySecret(TPM_RH_ENDORSEMENT).
    private static readonly byte[] s_policyA = Convert.FromHexString(
        "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");

    // EK Credential Profile 2.5, B.6.5: PolicyOR of policy A and of what an NV index authorizes (policy C).
    private static readonly byte[] s_policyBSha256 = Convert.FromHexString(
        "ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0");

    private static readonly byte[] s_policyBSha384 = Convert.FromHexString(
        "b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419cacb47ba09699646150f9fc000f3f80e12");

    /// <summary>The storage root key, P-256 (TCG TPM v2.0 Provisioning Guidance, 7.5.1).</summary>
    public static TpmPublic StorageRootKeyEcc { get; } = Ecc(
        TpmAlgorithm.Sha256,
        Fixed | Storage | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa,
        TpmEccCurve.NistP256,
        SymmetricDefinition.Aes128Cfb) with
    { Unique = new EccUnique(new byte[32], new byte[32]) };

    /// <summary>EK Credential Profile, template L-1.</summary>
    public static TpmPublic EndorsementKeyRsa2048 { get; } =
        Rsa(TpmAlgorithm.Sha256, LowRange, 2048, SymmetricDefinition.Aes128Cfb) with
        {
            AuthPolicy = s_policyA,
            Unique = new RsaUnique(new byte[256]),
        };

    /// <summary>EK Credential Profile, template L-2.</summary>
    public static TpmPublic EndorsementKeyEccP256 { get; } =
        Ecc(TpmAlgorithm.Sha256, LowRange, TpmEccCurve.NistP256, SymmetricDefinition.Aes128Cfb) with
        {
            AuthPolicy = s_policyA,
            Unique = new EccUnique(new byte[32], new byte[32]),
        };

    /// <summary>EK Credential Profile, template H-1.</summary>
    public static TpmPublic HighRangeRsa2048 { get; } =
        Rsa(TpmAlgorithm.Sha256, HighRange, 2048, SymmetricDefinition.Aes128Cfb) with { AuthPolicy = s_policyBSha256 };

    /// <summary>EK Credential Profile, template H-2.</summary>
    public static TpmPublic HighRangeEccP256 { get; } =
        Ecc(TpmAlgorithm.Sha256, HighRange, TpmEccCurve.NistP256, SymmetricDefinition.Aes128Cfb) with
        {
            AuthPolicy = s_policyBSha256,
        };

    /// <summary>EK Credential Profile, template H-3.</summary>
    public static TpmPublic HighRangeEccP384 { get; } =
        Ecc(TpmAlgorithm.Sha384, HighRange, TpmEccCurve.NistP384, SymmetricDefinition.Aes256Cfb) with
        {
            AuthPolicy = s_policyBSha384,
        };

    /// <summary>EK Credential Profile, template H-6.</summary>
    public static TpmPublic HighRangeRsa3072 { get; } =
        Rsa(TpmAlgorithm.Sha384, HighRange, 3072, SymmetricDefinition.Aes256Cfb) with { AuthPolicy = s_policyBSha384 };

    /// <summary>EK Credential Profile, template H-7.</summary>
    public static TpmPublic HighRangeRsa4096 { get; } =
        Rsa(TpmAlgorithm.Sha384, HighRange, 4096, SymmetricDefinition.Aes256Cfb) with { AuthPolicy = s_policyBSha384 };

    /// <summary>An attestation key, ECDSA P-256 with SHA-256.</summary>
    public static TpmPublic AttestationKeyEccP256 { get; } =
        Ecc(TpmAlgorithm.Sha256, Attestation, TpmEccCurve.NistP256, SymmetricDefinition.Null) with
        {
            Parameters = new EccPublicParameters(
                SymmetricDefinition.Null,
                new SignatureScheme(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256),
                TpmEccCurve.NistP256,
                SignatureScheme.Null),
        };

    /// <summary>A key that signs whatever its owner likes, ECDSA P-256 with SHA-256.</summary>
    public static TpmPublic SigningKeyEccP256 { get; } =
        AttestationKeyEccP256 with { Attributes = Attestation & ~ObjectAttributes.Restricted };

    /// <summary>An attestation key, RSASSA 2048 with SHA-256.</summary>
    public static TpmPublic AttestationKeyRsa2048 { get; } =
        Rsa(TpmAlgorithm.Sha256, Attestation, 2048, SymmetricDefinition.Null) with
        {
            Parameters = new RsaPublicParameters(
                SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.RsaSsa, TpmAlgorithm.Sha256), 2048, 0),
        };

    /// <summary>The default endorsement key templates, low and high range.</summary>
    public static IReadOnlyList<TpmPublic> EndorsementKeys { get; } =
    [
        EndorsementKeyRsa2048, EndorsementKeyEccP256, HighRangeRsa2048, HighRangeEccP256, HighRangeEccP384,
        HighRangeRsa3072, HighRangeRsa4096,
    ];

    /// <summary>Data that opens under a policy alone; at most 128 bytes.</summary>
    public static TpmPublic SealedData(ReadOnlyMemory<byte> policy) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.NoDa,
        AuthPolicy = policy,
        Parameters = KeyedHashParameters.Null,
        Unique = new DigestUnique(default),
    };

    /// <summary>Whether a key was made from a default endorsement key template: equal in all but the unique field.</summary>
    public static bool IsEndorsementTemplate(TpmPublic key) =>
        EndorsementKeys.Any(template => template.Type == key.Type && (template with { Unique = key.Unique }) == key);

    private static TpmPublic Rsa(
        TpmAlgorithm hash, ObjectAttributes attributes, int keyBits, SymmetricDefinition symmetric) => new()
        {
            Type = TpmAlgorithm.Rsa,
            NameAlgorithm = hash,
            Attributes = attributes,
            Parameters = new RsaPublicParameters(symmetric, SignatureScheme.Null, keyBits, 0),
            Unique = new RsaUnique(default),
        };

    private static TpmPublic Ecc(
        TpmAlgorithm hash, ObjectAttributes attributes, TpmEccCurve curve, SymmetricDefinition symmetric) => new()
        {
            Type = TpmAlgorithm.Ecc,
            NameAlgorithm = hash,
            Attributes = attributes,
            Parameters = new EccPublicParameters(symmetric, SignatureScheme.Null, curve, SignatureScheme.Null),
            Unique = new EccUnique(default, default),
        };
}
