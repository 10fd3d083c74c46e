using KeyBroker.Attestation;
using KeyBroker.Audit;

namespace KeyBroker.Pipeline;

/// <summary>Makes audit records out of subjects and their outcomes.</summary>
internal static class AuditEvents
{
    public static AuditEvent Done(AuditSubject subject, int? version = null)
    {
        var done = Of(subject, "done");
        return version is null ? done : done with { Version = version };
    }

    public static AuditEvent Denied(AuditSubject subject, DeniedException denied) =>
        Of(subject, "denied") with { Code = denied.Code, Reasons = [.. denied.Reasons.Select(reason => reason.Code)] };

    public static AuditEvent Failed(AuditSubject subject, string code) => Of(subject, "failed") with { Code = code };

    private static AuditEvent Of(AuditSubject subject, string outcome) => new()
    {
        Operation = subject.Operation,
        Outcome = outcome,
        Machine = subject.Machine,
        Resource = subject.Resource,
        Version = subject.Version,
        Policy = subject.Policy,
        PolicyDigest = subject.PolicyDigest,
        Jti = subject.Jti,
        RequestId = subject.RequestId,
        Peer = subject.Peer,
        RequestDigest = subject.RequestDigest,
    };
}
