namespace KeyBroker.Verifiers;

/// <summary>What a verifier of kind background speaks.</summary>
internal enum VerifierApi
{
    /// <summary>Challenge-response sessions of Veraison, version 1.</summary>
    Veraison = 1,

    /// <summary>One POST of evidence, answered with a result.</summary>
    Post = 2,
}
