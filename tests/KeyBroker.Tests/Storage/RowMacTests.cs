using KeyBroker.Storage;
using Xunit;

namespace KeyBroker.Tests.Storage;

public sealed class RowMacTests
{
    private static readonly RowMac s_macs = new(new byte[32]);

    [Fact]
    public void Accepts_the_row_that_was_written() =>
        s_macs.Verify("machines", s_macs.Compute("machines", "id", 1, null, new byte[] { 2 }), "id", 1, null, new byte[] { 2 });

    [Fact]
    public void Sees_every_edit()
    {
        var mac = s_macs.Compute("machines", "ab", "c", 1, null);
        object?[][] edits = [["a", "bc", 1, null], ["ab", "c", 2, null], ["ab", "c", 1, ""], ["ab", "c", 1], ["ab", "c", "1", null]];

        Assert.All(edits, fields =>
            Assert.Throws<StoreIntegrityException>(() => s_macs.Verify("machines", mac, fields)));
        Assert.Throws<StoreIntegrityException>(() => s_macs.Verify("keys", mac, "ab", "c", 1, null));
        Assert.Throws<StoreIntegrityException>(() => new RowMac([.. Enumerable.Repeat((byte)1, 32)]).Verify("machines", mac, "ab", "c", 1, null));
    }
}
