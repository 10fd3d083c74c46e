using System.Text.Json.Nodes;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>
/// Evidence of where a key version was made and where it may go, as <c>GET /v1/keys/{name}/attestation</c> gives it. Reading
/// one proves nothing: <see cref="AttestedKey"/> does.
/// </summary>
public sealed record KeyAttestation
{
    private const int MostParents = 4;
    private const int MostCertificates = 8;

    /// <summary>A <see cref="KeyStatement"/> in JSON, as the TPM signed its digest.</summary>
    public required byte[] Statement { get; init; }

    /// <summary>The public area of the object that is the key, or that its material is sealed in.</summary>
    public required TpmPublic Object { get; init; }

    /// <summary>TPMS_CREATION_DATA (Part 2, 15.1).</summary>
    public required byte[] CreationData { get; init; }

    /// <summary>TPM2_Certify: that the object is loaded, and under which parents.</summary>
    public required SignedAttest Certify { get; init; }

    /// <summary>TPM2_CertifyCreation: that this TPM made it, and from what.</summary>
    public required SignedAttest CertifyCreation { get; init; }

    /// <summary>The storage keys above the object, the nearest first; the last is a primary of the owner hierarchy.</summary>
    public required IReadOnlyList<TpmPublic> Parents { get; init; }

    /// <summary>The key whose signature lets a fleet storage key move.</summary>
    public TpmPublic? FleetAuthority { get; init; }

    /// <summary>The key of the TPM that signed.</summary>
    public required TpmPublic AttestationKey { get; init; }

    /// <summary>
    /// DER, the endorsement key's first, where the TPM's maker left one: whose TPM it is. That the attestation key is in that TPM
    /// they do not say.
    /// </summary>
    public IReadOnlyList<byte[]> EndorsementCertificates { get; init; } = [];

    /// <exception cref="KeyAttestationException">Something else, or a part of it is.</exception>
    public static KeyAttestation Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(StrictJson.Object(
                StrictJson.Parse(json),
                "statement", "object", "creationData", "certify", "certifyCreation", "parents", "fleetAuthority", "ak", "ekCertificates"));
        }
        catch (DeniedException malformed)
        {
            var path = malformed.Reasons.Count > 0 ? malformed.Reasons[0].Path : null;
            throw new KeyAttestationException(path is null ? malformed.Message : $"{path}: {malformed.Message}", malformed);
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["statement"] = Base64Url.Encode(Statement),
            ["object"] = Sized(Object),
            ["creationData"] = Base64Url.Encode(CreationData),
            ["certify"] = Signed(Certify),
            ["certifyCreation"] = Signed(CertifyCreation),
            ["parents"] = new JsonArray([.. Parents.Select(parent => JsonValue.Create(Sized(parent)))]),
            ["ak"] = Sized(AttestationKey),
        };
        if (FleetAuthority is not null)
        {
            json["fleetAuthority"] = Sized(FleetAuthority);
        }

        if (EndorsementCertificates.Count > 0)
        {
            json["ekCertificates"] = new JsonArray([.. EndorsementCertificates.Select(der => JsonValue.Create(Base64Url.Encode(der)))]);
        }

        return json;
    }

    private static KeyAttestation Read(StrictObject members) => new()
    {
        Statement = members.Bytes("statement"),
        Object = Area("object", members.Bytes("object")),
        CreationData = members.Bytes("creationData"),
        Certify = ReadSigned("certify", members),
        CertifyCreation = ReadSigned("certifyCreation", members),
        Parents = ReadParents(members.OptionalTexts("parents")),
        FleetAuthority = members.OptionalBytes("fleetAuthority") is { } authority ? Area("fleetAuthority", authority) : null,
        AttestationKey = Area("ak", members.Bytes("ak")),
        EndorsementCertificates = ReadCertificates(members.OptionalTexts("ekCertificates")),
    };

    private static TpmPublic Area(string member, byte[] sized) => KeyProof.In(member, () => TpmPublic.ParseSized(sized));

    private static SignedAttest ReadSigned(string member, StrictObject members) => KeyProof.In(member, () =>
    {
        var signed = StrictJson.Object(members.Required(member), "attest", "signature");
        return new SignedAttest(signed.Bytes("attest"), TpmSignature.Parse(signed.Bytes("signature")));
    });

    private static TpmPublic[] ReadParents(IReadOnlyList<string>? parents) => parents is { Count: > 0 and <= MostParents }
        ? [.. parents.Select(parent => Area("parents", Base64Url.Decode(parent, "parents")))]
        : throw DeniedException.Malformed($"1 to {MostParents} storage keys are expected", "parents");

    /// <summary>[KAT-9] No signature covers them, so nothing else than certificates hides there.</summary>
    private static byte[][] ReadCertificates(IReadOnlyList<string>? certificates) => certificates switch
    {
        null => [],
        { Count: > 0 and <= MostCertificates } => [.. certificates.Select(Exact)],
        _ => throw DeniedException.Malformed($"1 to {MostCertificates} certificates are expected", "ekCertificates"),
    };

    private static byte[] Exact(string text) => KeyProof.In("ekCertificates", () =>
    {
        var der = Base64Url.Decode(text, "ekCertificates");
        return Certificate.Parse(der).Encoded.Length == der.Length ? der : throw new CertificateException("more than a certificate");
    });

    private static JsonObject Signed(SignedAttest signed) => new()
    {
        ["attest"] = Base64Url.Encode(signed.Attest),
        ["signature"] = Base64Url.Encode(signed.Signature.ToBytes()),
    };

    private static string Sized(TpmPublic area) => Base64Url.Encode(area.ToSizedBytes());
}
