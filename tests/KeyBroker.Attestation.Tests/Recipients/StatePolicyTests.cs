using System.Security.Cryptography;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>An attested state as a TPM policy.</summary>
public sealed class StatePolicyTests
{
    [Fact]
    public void Takes_every_attested_register_in_a_fixed_order()
    {
        var policy = StatePolicy.Of(MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]>
        {
            [(TpmAlgorithm.Sha384, 2)] = new byte[48],
            [(TpmAlgorithm.Sha256, 7)] = [.. Enumerable.Repeat((byte)7, 32)],
            [(TpmAlgorithm.Sha256, 0)] = [.. Enumerable.Repeat((byte)9, 32)],
            [(TpmAlgorithm.Sha1, 4)] = new byte[20],
        }));

        // TPM2_PolicyPCR written out (Part 3, 23.7).
        byte[] selection = [0, 0, 0, 2, 0x00, 0x0B, 3, 0x81, 0, 0, 0x00, 0x0C, 3, 0x04, 0, 0];
        var values = SHA256.HashData([.. Enumerable.Repeat((byte)9, 32), .. Enumerable.Repeat((byte)7, 32), .. new byte[48]]);
        Assert.Equal(SHA256.HashData([.. new byte[32], 0, 0, 0x01, 0x7F, .. selection, .. values]), policy.Digest);
        Assert.Equal([(TpmAlgorithm.Sha256, 2), (TpmAlgorithm.Sha384, 1)], policy.Selection.Select(bank => (bank.Bank, bank.Count)));
    }

    [Fact]
    public void Refuses_a_state_of_nothing_but_sha1()
    {
        var measured = MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]> { [(TpmAlgorithm.Sha1, 7)] = new byte[20] });
        Assert.Equal(ProblemCodes.OperationUnsupported, Assert.Throws<DeniedException>(() => StatePolicy.Of(measured)).Code);
    }
}
