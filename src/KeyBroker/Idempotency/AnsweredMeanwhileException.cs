using KeyBroker.Attestation;

namespace KeyBroker.Idempotency;

/// <summary>Two requests with one Idempotency-Key ran at once, and this is the one that comes second.</summary>
internal sealed class AnsweredMeanwhileException()
    : DeniedException(ProblemCodes.IdempotencyConflict, "a request with this Idempotency-Key was answered meanwhile");
