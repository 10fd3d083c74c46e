namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>One step of a proof.</summary>
internal static class KeyProof
{
    /// <exception cref="KeyAttestationException">It fails.</exception>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new KeyAttestationException(message);
        }
    }
}
