using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class PcrSelectionTests
{
    [Fact]
    public void Refuses_every_bitmap_size_but_three()
    {
        for (var size = 0; size <= byte.MaxValue; size++)
        {
            byte[] bytes = [0, 0, 0, 1, 0, 0x0B, (byte)size, .. new byte[size]];
            if (size == 3)
            {
                Assert.Empty(Assert.Single(PcrSelectionList.Parse(bytes)).Indices);
            }
            else
            {
                Assert.Throws<TpmFormatException>(() => PcrSelectionList.Parse(bytes));
            }
        }
    }

    [Fact]
    public void Puts_each_register_at_its_bit()
    {
        for (var index = 0; index < PcrSelection.Registers; index++)
        {
            var bytes = PcrSelectionList.ToBytes([PcrSelection.Of(TpmAlgorithm.Sha256, index)]);

            Assert.Equal(1 << (index % 8), bytes[7 + (index / 8)]);
            Assert.Equal([index], PcrSelectionList.Parse(bytes)[0].Indices);
        }
    }

    [Fact]
    public void Is_a_set()
    {
        Assert.Equal(PcrSelection.Of(TpmAlgorithm.Sha256, 7, 0, 7), PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7));
        Assert.NotEqual(PcrSelection.Of(TpmAlgorithm.Sha1, 0), PcrSelection.Of(TpmAlgorithm.Sha256, 0));
        Assert.Equal(2, PcrSelection.Of(TpmAlgorithm.Sha256, 7, 0, 7).Count);
        Assert.True(PcrSelection.Of(TpmAlgorithm.Sha256).IsEmpty);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(24)]
    public void Has_no_register(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PcrSelection.Of(TpmAlgorithm.Sha256, index));

    [Theory]
    [InlineData(17u)]
    [InlineData(uint.MaxValue)]
    public void Bounds_the_banks_before_reading_them(uint count)
    {
        var writer = new TpmWriter();
        writer.WriteUInt32(count);
        var refusal = Assert.Throws<TpmFormatException>(() => PcrSelectionList.Parse(writer.ToArray()));

        Assert.Contains("at most 16", refusal.Message, StringComparison.Ordinal);
    }
}
