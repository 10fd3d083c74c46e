using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Conformance.Certificates;
using KeyBroker.Conformance.Keys;
using KeyBroker.Conformance.Logs;
using KeyBroker.Conformance.Policies;
using KeyBroker.Conformance.Quotes;
using KeyBroker.Conformance.WebAuthn;
using KeyBroker.Tpm;

namespace KeyBroker.Conformance;

/// <summary>Leads each case to the judge of its kind; a refusal by the product is a rejection.</summary>
internal static class Judges
{
    public static Verdict Judge(Case one)
    {
        try
        {
            return Find(one)(one);
        }
        catch (Exception refusal) when (
            refusal is DeniedException or TpmFormatException or EventLogException or CertificateException or FormatException)
        {
            return Verdict.Reject(refusal.Message);
        }
        catch (NotSupportedException unknown)
        {
            return Verdict.Unsupported(unknown.Message);
        }
    }

    private static Func<Case, Verdict> Find(Case one) => (one.Kind, one.Subkind) switch
    {
        ("eventlog", "spec_id_event_fragment") => EventLogJudge.JudgeHeader,
        ("eventlog", "ccel") => EventLogJudge.JudgeConfidential,
        ("eventlog", _) => EventLogJudge.Judge,
        ("quote", "quote_parse") => QuoteJudge.JudgeUnsigned,
        ("quote", "certify" or "certify_creation") => CertifyJudge.Judge,
        ("quote", _) => QuoteJudge.Judge,
        ("ek_cert", "ek_cert_url") => CertificateAddressJudge.Judge,
        ("ek_cert", "platform_cert") => PlatformCertificateJudge.Judge,
        ("ek_cert" or "ak_cert", _) => CertificateJudge.Judge,
        ("name", "attest_parse") => NameJudge.JudgeAttestation,
        ("name", _) => NameJudge.Judge,
        ("kdf", "other") or ("makecredential", _) => CredentialJudge.Judge,
        ("kdf", _) => KeyDerivationJudge.Judge,
        ("policy_digest", "pcr_digest") => PolicyJudge.JudgeRegisters,
        ("policy_digest", "fapi_json") => FeaturePolicyJudge.Judge,
        ("policy_digest", "signed_pcr_policy") => PolicyJudge.JudgeSigned,
        ("policy_digest", _) => PolicyJudge.Judge,
        ("webauthn_tpm", _) => WebAuthnJudge.Judge,
        _ => _ => Verdict.Unsupported($"cases of kind '{one.Kind}' are not judged"),
    };
}
