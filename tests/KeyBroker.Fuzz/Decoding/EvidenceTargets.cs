using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>What the broker's callers send, and its policy files.</summary>
internal static class EvidenceTargets
{
    private const int Lavish = 1024 * 1024;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Takes("evidence", bytes => Evidence.Parse(bytes)),
        Takes("runtime-data", bytes => RuntimeData.Parse(bytes)),
        Takes("proof-key", bytes => Same(PublicJwk.ParseProofKey(StrictJson.Parse(bytes)))),
        Takes("encryption-key", bytes => Same(PublicJwk.ParseEncryptionKey(StrictJson.Parse(bytes)))),
        Takes("pcr-values", bytes => PcrValues.Parse(StrictJson.Parse(bytes))),
        Takes("policy", bytes => PolicySet.Of([new PolicyFile("policy.yaml", bytes)])) with { AllocationAtLeast = Lavish },
    ];

    private static FuzzTarget Takes(string name, Action<byte[]> decode) => new(name, bytes =>
    {
        decode(bytes);
        return null;
    });

    private static void Same(PublicJwk key)
    {
        if (PublicJwk.Parse(key.ToJson()).Thumbprint != key.Thumbprint)
        {
            throw new InvalidOperationException("the key is another one after writing and reading it");
        }
    }
}
