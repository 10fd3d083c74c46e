using KeyBroker.Attestation.Quotes;
using Xunit;

namespace KeyBroker.Attestation.Tests.Quotes;

public sealed class BootOrderTests
{
    [Theory]
    [InlineData(1, 0, 1, 0, 0)]
    [InlineData(2, 0, 1, 9, 1)]
    [InlineData(1, 9, 2, 0, -1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 1, 1, 2, -1)]
    [InlineData(0, 0, uint.MaxValue, 0, 1)]
    [InlineData(uint.MaxValue, 0, 0, 0, -1)]
    [InlineData(7, 0, 7, uint.MaxValue, 1)]
    [InlineData(0x7FFFFFFF, 0, 0, 0, 1)]
    [InlineData(0x80000001, 0, 0, 0, -1)]
    public void Orders_by_difference_modulo_two_to_the_32(uint reset, uint restart, uint otherReset, uint otherRestart, int order) =>
        Assert.Equal(order, BootOrder.Compare(new(reset, restart), new(otherReset, otherRestart)));

    [Fact]
    public void Accepts_the_first_the_same_and_a_later_boot()
    {
        BootOrder.Check(new(5, 5), null);
        BootOrder.Check(new(5, 5), new(5, 5));
        BootOrder.Check(new(6, 0), new(5, 5));
    }

    [Fact]
    public void Refuses_an_earlier_boot()
    {
        var denied = Assert.Throws<DeniedException>(() => BootOrder.Check(new(5, 4), new(5, 5)));
        Assert.Equal((ProblemCodes.AttestationDenied, ReasonCodes.BootOrder), (denied.Code, denied.Reasons[0].Code));
    }
}
