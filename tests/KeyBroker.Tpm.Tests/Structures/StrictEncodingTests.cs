using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class StrictEncodingTests
{
    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Writes_what_it_read(string name)
    {
        var (bytes, roundTrip) = Samples.All[name];

        Assert.Equal(bytes, roundTrip(bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_every_proper_prefix(string name)
    {
        var (bytes, roundTrip) = Samples.All[name];
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<TpmFormatException>(() => roundTrip(bytes.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_a_trailing_byte(string name)
    {
        var (bytes, roundTrip) = Samples.All[name];

        Assert.Throws<TpmFormatException>(() => roundTrip([.. bytes, 0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_a_flipped_bit_or_keeps_it(string name)
    {
        var (bytes, roundTrip) = Samples.All[name];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(RefusesOrKeeps(flipped, roundTrip), $"bit {bit}");
        }
    }

    // Two encodings of one value would let a changed structure pass for the original.
    private static bool RefusesOrKeeps(byte[] bytes, Samples.RoundTrip roundTrip)
    {
        try
        {
            return roundTrip(bytes).AsSpan().SequenceEqual(bytes);
        }
        catch (TpmFormatException)
        {
            return true;
        }
    }
}
