using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

public sealed class ResetTests : OnSwtpm
{
    [Fact]
    public async Task A_reset_counts_and_clears_registers()
    {
        var before = Tpm.Execute(new ReadClock());
        Tpm.Execute(PcrExtend.Of(4, TpmAlgorithm.Sha256, new byte[32]));
        await Swtpm.ResetAsync();

        using var tpm = Swtpm.Open();
        Assert.Equal(before.Clock.ResetCount + 1, tpm.Execute(new ReadClock()).Clock.ResetCount);
        Assert.Equal(new byte[32], tpm.Execute(new PcrRead([PcrSelection.Of(TpmAlgorithm.Sha256, 4)])).Values[0]);
        Assert.Throws<IOException>(() => Tpm.Execute(new ReadClock()));
    }
}
