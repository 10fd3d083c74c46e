namespace KeyBroker.Verifiers;

/// <summary>How one kind of verifier is given evidence and gives a result.</summary>
internal interface IVerifierExchange
{
    /// <returns>A compact JWS, of which nothing is verified yet.</returns>
    /// <exception cref="ResultException">The verifier says no.</exception>
    /// <exception cref="UnusableAnswerException">It says nothing that can be used.</exception>
    Task<string> AppraiseAsync(EvidenceDocument evidence, CancellationToken cancellation);
}
