using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies;

/// <summary>That a key has approved a policy, for TPM2_PolicyAuthorize (TPM 2.0 Part 3, 23.16).</summary>
/// <param name="Signature">Over <see cref="ToBeSigned"/>, hashed with the key's name algorithm.</param>
public sealed record PolicyApproval(TpmPublic Key, Policy Approved, TpmSignature Signature)
{
    /// <summary>The message that approves a policy.</summary>
    public static byte[] ToBeSigned(ReadOnlySpan<byte> policyDigest, ReadOnlySpan<byte> policyRef) =>
        [.. policyDigest, .. policyRef];

    /// <summary>The digest that the TPM verifies the signature over.</summary>
    internal static byte[] SignedDigest(TpmPublic key, ReadOnlySpan<byte> policyDigest, ReadOnlySpan<byte> policyRef) =>
        HashAlgorithms.Hash(key.NameAlgorithm, ToBeSigned(policyDigest, policyRef));

    internal bool Covers(byte[] policyDigest, ReadOnlySpan<byte> policyRef)
    {
        using var key = Key.ToKey();
        return Signature.VerifyHash(key, SignedDigest(Key, policyDigest, policyRef));
    }
}
