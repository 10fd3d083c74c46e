using System.Collections.Frozen;

namespace KeyBroker.Attestation;

/// <summary>The problem codes of the contract (section 1) and the status each travels with.</summary>
public static class ProblemCodes
{
    public const string RequestMalformed = "request-malformed";
    public const string EvidenceMalformed = "evidence-malformed";
    public const string CiphertextInvalid = "ciphertext-invalid";
    public const string TokenMissing = "token-missing";
    public const string TokenInvalid = "token-invalid";
    public const string TokenExpired = "token-expired";
    public const string ProofInvalid = "proof-invalid";
    public const string AttestationDenied = "attestation-denied";
    public const string EnrollmentDenied = "enrollment-denied";
    public const string OperationDenied = "operation-denied";
    public const string MachineInactive = "machine-inactive";
    public const string NotFound = "not-found";
    public const string Exists = "exists";
    public const string KeyState = "key-state";
    public const string ChallengeUsed = "challenge-used";
    public const string IdempotencyConflict = "idempotency-conflict";
    public const string IdentityConflict = "identity-conflict";
    public const string Destroyed = "destroyed";
    public const string ChallengeExpired = "challenge-expired";
    public const string EnrollmentExpired = "enrollment-expired";
    public const string TooLarge = "too-large";
    public const string MediaType = "media-type";
    public const string PolicyInvalid = "policy-invalid";
    public const string OperationUnsupported = "operation-unsupported";
    public const string RateLimited = "rate-limited";
    public const string TpmUnavailable = "tpm-unavailable";
    public const string AuditUnavailable = "audit-unavailable";
    public const string StoreUnavailable = "store-unavailable";
    public const string VerifierUnavailable = "verifier-unavailable";

    private static readonly FrozenDictionary<string, int> s_statuses = new Dictionary<string, int>
    {
        [RequestMalformed] = 400,
        [EvidenceMalformed] = 400,
        [CiphertextInvalid] = 400,
        [TokenMissing] = 401,
        [TokenInvalid] = 401,
        [TokenExpired] = 401,
        [ProofInvalid] = 401,
        [AttestationDenied] = 403,
        [EnrollmentDenied] = 403,
        [OperationDenied] = 403,
        [MachineInactive] = 403,
        [NotFound] = 404,
        [Exists] = 409,
        [KeyState] = 409,
        [ChallengeUsed] = 409,
        [IdempotencyConflict] = 409,
        [IdentityConflict] = 409,
        [Destroyed] = 410,
        [ChallengeExpired] = 410,
        [EnrollmentExpired] = 410,
        [TooLarge] = 413,
        [MediaType] = 415,
        [PolicyInvalid] = 422,
        [OperationUnsupported] = 422,
        [RateLimited] = 429,
        [TpmUnavailable] = 503,
        [AuditUnavailable] = 503,
        [StoreUnavailable] = 503,
        [VerifierUnavailable] = 503,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> All => s_statuses.Keys;

    /// <exception cref="ArgumentOutOfRangeException">The code is not one of the contract's.</exception>
    public static int StatusOf(string code) => s_statuses.TryGetValue(code, out var status)
        ? status
        : throw new ArgumentOutOfRangeException(nameof(code), code, "not a contract code");
}
