using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Policies;

public sealed class PolicyDigestTests
{
    [Fact]
    public void Starts_all_zero() => Assert.Equal(new byte[48], PolicyDigest.Start(TpmAlgorithm.Sha384).Value);

    [Fact]
    public void Steps_leave_what_was_before_alone()
    {
        var start = PolicyDigest.Start(TpmAlgorithm.Sha256);
        start.AuthValue().Value[0] ^= 1;

        Assert.Equal(new byte[32], start.Value);
        Assert.Equal(start.AuthValue().Value, start.AuthValue().Value);
    }

    [Fact]
    public void The_order_of_steps_counts()
    {
        var start = PolicyDigest.Start(TpmAlgorithm.Sha256);

        Assert.NotEqual(start.AuthValue().CommandCode(0x15E).Value, start.CommandCode(0x15E).AuthValue().Value);
    }

    [Fact]
    public void Or_and_authorize_forget_what_was_before()
    {
        var start = PolicyDigest.Start(TpmAlgorithm.Sha256);
        var name = Templates.StorageRootKeyEcc.Name;

        Assert.Equal(start.Or(Samples.Fill(32), new byte[32]).Value, start.AuthValue().Or(Samples.Fill(32), new byte[32]).Value);
        Assert.Equal(start.Authorize(name).Value, start.AuthValue().Authorize(name).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void Or_takes_two_to_eight_branches(int count) => Assert.Throws<ArgumentOutOfRangeException>(
        () => PolicyDigest.Start(TpmAlgorithm.Sha256).Or([.. Enumerable.Repeat(new byte[32], count)]));

    [Fact]
    public void Registers_count_in_the_order_of_the_selection()
    {
        var start = PolicyDigest.Start(TpmAlgorithm.Sha256);
        PcrSelection[] selection = [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)];

        Assert.Equal(
            start.Pcr(selection, HashAlgorithms.Hash(TpmAlgorithm.Sha256, [.. Samples.Fill(32), .. new byte[32]])).Value,
            start.Pcr(selection, [Samples.Fill(32), new byte[32]]).Value);
    }
}
