using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Pipeline;

/// <summary>Makes audit records out of subjects and their outcomes.</summary>
internal static class AuditEvents
{
    /// <summary>The extension member of a denial under which its evidence is kept.</summary>
    public const string Evidence = "attestation";

    private const string Cancelled = "cancelled";
    private const string InternalError = "internal-error";

    public static AuditEvent Done(AuditSubject subject) => Of(subject, AuditEvent.Done);

    /// <summary>What the outcome knows and the subject did not.</summary>
    public static AuditEvent Done(AuditSubject subject, IOutcome outcome) => Done(subject with
    {
        Version = outcome.Version ?? subject.Version,
        Machine = outcome.Machine ?? subject.Machine,
        Jti = outcome.Jti ?? subject.Jti,
        PolicyDigest = outcome.PolicyDigest ?? subject.PolicyDigest,
    }) with
    {
        Reasons = outcome.Reasons,
        Versions = outcome.Versions,
        Items = outcome.Items,
        Observed = outcome.Observed,
        Recipient = outcome.Recipient,
    };

    /// <summary>Evidence that was kept although it was denied is named as the problem document names it.</summary>
    public static AuditEvent Denied(AuditSubject subject, DeniedException denied) => Of(subject, "denied") with
    {
        Code = denied.Code,
        Reasons = [.. denied.Reasons.Select(reason => reason.Code)],
        Observed = (denied as ObservedDenial)?.Observed,
        Machine = (denied as ObservedDenial)?.Machine ?? subject.Machine,
        Jti = subject.Jti ?? denied.Extensions?.GetValueOrDefault(Evidence) as string,
    };

    /// <summary>The TPM did it, after its caller was told that it failed: nobody has or will get what it made.</summary>
    public static AuditEvent Discarded(AuditSubject subject, int? version) =>
        Of(subject, "discarded") with { Version = version ?? subject.Version, Code = ProblemCodes.TpmUnavailable };

    /// <summary>Whatever ended an operation, it leaves a record.</summary>
    public static AuditEvent Of(AuditSubject subject, Exception failure) => failure is DeniedException denied
        ? Denied(subject, denied)
        : Of(subject, "failed") with { Code = CodeOf(failure) };

    /// <summary>The problem code of a failure that is no denial.</summary>
    public static string CodeOf(Exception failure) => failure switch
    {
        TpmUnavailableException => ProblemCodes.TpmUnavailable,
        StoreUnavailableException or StoreIntegrityException => ProblemCodes.StoreUnavailable,
        AuditUnavailableException => ProblemCodes.AuditUnavailable,
        OperationCanceledException => Cancelled,
        _ => InternalError,
    };

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
        Changes = subject.Changes,
        Spends = subject.Spends,
    };
}
