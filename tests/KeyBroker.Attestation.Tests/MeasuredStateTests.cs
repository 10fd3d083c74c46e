using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests;

public sealed class MeasuredStateTests
{
    [Fact]
    public void Survives_being_stored()
    {
        var json = MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]>
        {
            [(TpmAlgorithm.Sha384, 23)] = new byte[48],
            [(TpmAlgorithm.Sha256, 7)] = [.. Enumerable.Repeat((byte)0xAB, 32)],
            [(TpmAlgorithm.Sha1, 7)] = new byte[20],
        }).ToJson();
        var restored = MeasuredState.DangerousFromStored(json);

        Assert.Equal(json, restored.ToJson());
        Assert.Equal(2, restored.Pcrs.Count);
        Assert.Equal(0xAB, restored.Find(TpmAlgorithm.Sha256, 7)![31]);
    }
}
