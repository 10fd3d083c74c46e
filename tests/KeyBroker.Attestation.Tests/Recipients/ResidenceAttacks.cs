using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Tests.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>Evidence whose keys claim to live in the TPM and are not shown to (threats F02, F03); a part of <see cref="QuoteAttacks"/>.</summary>
internal static class ResidenceAttacks
{
    private static readonly Dictionary<string, Func<CertifiedKey, CertifiedKey>> s_encFaults = new(RecipientFaults.Common)
    {
        ["restricted"] = key => RecipientFaults.With(key, ObjectAttributes.Restricted),
        ["signs_as_well"] = key => RecipientFaults.With(key, ObjectAttributes.Sign),
        ["signs_only"] = key => RecipientFaults.With(RecipientFaults.Without(key, ObjectAttributes.Decrypt), ObjectAttributes.Sign),
        ["attributes_added_to_what_was_certified"] = key => RecipientFaults.Pretending(
            RecipientFaults.Without(key, ObjectAttributes.FixedTpm), ObjectAttributes.FixedTpm),
        ["another_key_than_the_jwk"] = key => key with { Public = CertifiedKey.ForDecryption(EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)) },
        ["rsa_beside_ec"] = key => key with { Public = CertifiedKey.ForDecryption(EvidenceBuilder.RsaJwk(2048)) },
        ["sealed_data"] = key => key with { Public = Templates.SealedData(default) },
        ["scheme_ecmqv"] = key => WithScheme(key, TpmAlgorithm.EcMqv, TpmAlgorithm.Sha256),
    };

    private static readonly Dictionary<string, Func<CertifiedKey, CertifiedKey>> s_cnfFaults = new(RecipientFaults.Common)
    {
        ["restricted"] = key => RecipientFaults.With(key, ObjectAttributes.Restricted),
        ["decrypts_as_well"] = key => RecipientFaults.With(key, ObjectAttributes.Decrypt),
        ["another_key_than_the_jwk"] = key => key with { Public = CertifiedKey.ForProofs(EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)) },
        ["scheme_es384"] = key => WithScheme(key, TpmAlgorithm.EcDsa, TpmAlgorithm.Sha384),
        ["scheme_ecschnorr"] = key => WithScheme(key, TpmAlgorithm.EcSchnorr, TpmAlgorithm.Sha256),
    };

    public static IEnumerable<QuoteAttack> All =>
    [
        .. s_encFaults.Select(fault => Denied($"residence_enc_{fault.Key}", b => b with { Enc = fault.Value(Enc(b)).Beside(b.Enc!) })),
        .. s_cnfFaults.Select(fault => Denied($"residence_cnf_{fault.Key}", b => b with { CnfMembers = fault.Value(Cnf(b)).Members() })),
        Undecodable("residence_enc_statement_short", bytes => bytes[..^1]),
        Undecodable("residence_enc_statement_long", bytes => [.. bytes, 0]),
        .. from member in new[] { "public", "certify", "signature" }
           from attack in new[] { Malformed($"residence_enc_no_{member}", member, null), Malformed($"residence_enc_{member}_no_bytes", member, "!") }
           select attack,
        Malformed("residence_enc_public_cut_off", "public", "AAAA"),
        Malformed("residence_enc_signature_cut_off", "signature", "AAAA"),
    ];

    public static IEnumerable<QuoteAttack> Controls =>
    [
        new("residence_enc", "", null, b => b with { Enc = Enc(b).Beside(b.Enc!) }),
        new("residence_cnf", "", null, b => b with { CnfMembers = Cnf(b).Members() }),
        new("residence_both", "", null, b => b with { Enc = Enc(b).Beside(b.Enc!), CnfMembers = Cnf(b).Members() }),
    ];

    private static CertifiedKey Enc(EvidenceBuilder evidence) => new() { By = evidence.Key, Public = CertifiedKey.ForDecryption(evidence.Enc!) };

    private static CertifiedKey Cnf(EvidenceBuilder evidence) => new() { By = evidence.Key, Public = CertifiedKey.ForProofs(evidence.Cnf) };

    private static CertifiedKey WithScheme(CertifiedKey key, TpmAlgorithm scheme, TpmAlgorithm hash) => key with
    {
        Public = key.Public with
        {
            Parameters = new EccPublicParameters(SymmetricDefinition.Null, new SignatureScheme(scheme, hash), TpmEccCurve.NistP256, SignatureScheme.Null),
        },
    };

    private static QuoteAttack Denied(string name, Func<EvidenceBuilder, EvidenceBuilder> mutate) =>
        new(name, ProblemCodes.AttestationDenied, ReasonCodes.QuoteBinding, mutate);

    // Signed by the key itself, as no TPM would.
    private static QuoteAttack Undecodable(string name, Func<byte[], byte[]> edit) => new(
        name, ProblemCodes.EvidenceMalformed, ProblemCodes.EvidenceMalformed,
        b => b with { Enc = (Enc(b) with { EditAttest = edit }).Beside(b.Enc!) });

    private static QuoteAttack Malformed(string name, string member, string? value) => new(
        name, ProblemCodes.RequestMalformed, ProblemCodes.RequestMalformed,
        b => b with { Enc = Edited(Enc(b).Beside(b.Enc!), member, value) });

    private static JsonObject Edited(JsonObject enc, string member, string? value)
    {
        _ = enc.Remove(member);
        if (value is not null)
        {
            enc[member] = value;
        }

        return enc;
    }
}
