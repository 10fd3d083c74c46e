using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Testing;

/// <summary>A key and what its TPM certified of it, open to one change at any stage before or after signing.</summary>
public sealed record CertifiedKey
{
    private const ObjectAttributes Fixed =
        ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.UserWithAuth;

    public required SoftwareAttestationKey By { get; init; }

    public required TpmPublic Public { get; init; }

    /// <summary>The key that is certified, where it is another than the one shown.</summary>
    public TpmPublic? Certified { get; init; }

    public uint Magic { get; init; } = Attest.GeneratedValue;

    public ushort Type { get; init; } = Attest.CertifyType;

    public byte[] ExtraData { get; init; } = [0x00, 0xFF, 0x55, 0xAA];

    /// <summary>Changes TPMS_ATTEST before it is signed.</summary>
    public Func<byte[], byte[]> EditAttest { get; init; } = bytes => bytes;

    /// <summary>Changes TPMS_ATTEST after it was signed.</summary>
    public Func<byte[], byte[]> SwapAttest { get; init; } = bytes => bytes;

    /// <summary>What stands beside a JWK, or in <c>to.tpm2</c>.</summary>
    /// <param name="publicMember">How the member with the public area is called.</param>
    public JsonObject Members(string publicMember = "public")
    {
        var attest = EditAttest(AttestBytes());
        return new JsonObject
        {
            [publicMember] = Base64Url.Encode(Public.ToSizedBytes()),
            ["certify"] = Base64Url.Encode(SwapAttest(attest)),
            ["signature"] = Base64Url.Encode(By.Sign(attest).ToBytes()),
        };
    }

    /// <summary>A public JWK with the three members beside it.</summary>
    public JsonObject Beside(JsonObject jwk)
    {
        var both = jwk.DeepClone().AsObject();
        foreach (var (name, value) in Members())
        {
            both[name] = value!.DeepClone();
        }

        return both;
    }

    /// <summary>A key as a TPM makes it to agree on secrets with: the public half of this JWK.</summary>
    public static TpmPublic ForDecryption(JsonObject jwk) => OfJwk(jwk, Fixed | ObjectAttributes.Decrypt);

    /// <summary>A key as a TPM makes it to sign proofs with.</summary>
    public static TpmPublic ForProofs(JsonObject jwk) => OfJwk(jwk, Fixed | ObjectAttributes.Sign);

    /// <summary>A storage key as a TPM makes it: the public half of this one.</summary>
    public static TpmPublic Storage(AsymmetricAlgorithm key) => PublicKeyFormats.FromKey(key, Template(key));

    private static TpmPublic Template(AsymmetricAlgorithm key) => key is RSA rsa
        ? Templates.StorageRootKeyEcc with
        {
            Type = TpmAlgorithm.Rsa,
            Parameters = new RsaPublicParameters(SymmetricDefinition.Aes128Cfb, SignatureScheme.Null, rsa.KeySize, 0),
            Unique = new RsaUnique(default),
        }
        : Templates.StorageRootKeyEcc with
        {
            Parameters = new EccPublicParameters(
                SymmetricDefinition.Aes128Cfb, SignatureScheme.Null,
                key.KeySize == 256 ? TpmEccCurve.NistP256 : key.KeySize == 384 ? TpmEccCurve.NistP384 : TpmEccCurve.NistP521,
                SignatureScheme.Null),
        };

    private static TpmPublic OfJwk(JsonObject jwk, ObjectAttributes attributes) =>
        PublicKeyFormats.FromJwk(jwk.ToJsonString()) with { Attributes = attributes };

    private byte[] AttestBytes()
    {
        var body = new TpmWriter();
        body.WriteSized((Certified ?? Public).Name.Bytes.Span);
        body.WriteSized(new byte[34]);
        return new Attest
        {
            Magic = Magic,
            Type = Type,
            QualifiedSigner = new byte[34],
            ExtraData = ExtraData,
            Clock = new ClockInfo(1, 2, 3, true),
            FirmwareVersion = 4,
            Attested = body.ToArray(),
        }.ToBytes();
    }
}
