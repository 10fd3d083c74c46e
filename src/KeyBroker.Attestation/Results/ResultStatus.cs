namespace KeyBroker.Attestation.Results;

/// <summary>The tiers of an appraisal (AR4SI, draft-ietf-rats-ar4si, 3.2), by their numbers there.</summary>
public enum ResultStatus
{
    None = 0,
    Affirming = 2,
    Warning = 32,
    Contraindicated = 96,
}
