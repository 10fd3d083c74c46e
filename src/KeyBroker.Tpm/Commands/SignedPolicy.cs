using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>What a key signed for TPM2_PolicySigned (TPM 2.0 Part 3, 23.3), and its signature.</summary>
/// <param name="NonceTpm">The session it is for; empty for any.</param>
/// <param name="CpHash">The one command it is for; empty for any.</param>
public sealed record SignedPolicy(
    ReadOnlyMemory<byte> NonceTpm, ReadOnlyMemory<byte> CpHash, ReadOnlyMemory<byte> PolicyRef, TpmSignature Signature)
{
    /// <summary>The bytes that are signed; their hash is what the TPM calls aHash.</summary>
    public static byte[] ToBeSigned(
        ReadOnlySpan<byte> nonceTpm, ReadOnlySpan<byte> cpHash, ReadOnlySpan<byte> policyRef) =>
        [.. nonceTpm, 0, 0, 0, 0, .. cpHash, .. policyRef];
}
