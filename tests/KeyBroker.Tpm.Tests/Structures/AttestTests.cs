using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class AttestTests
{
    [Fact]
    public void Reads_a_quote()
    {
        var attest = Attest.Parse(Samples.Quote());

        Assert.Equal([0, 7, 23], Assert.Single(attest.Quote!.Pcrs).Indices);
        Assert.Equal(Samples.Fill(32), attest.Quote.PcrDigest.ToArray());
        Assert.Equal(new ClockInfo(1, 2, 3, true), attest.Clock);
        Assert.Null(attest.Certify);
        Assert.Null(attest.Creation);
    }

    [Fact]
    public void Peeks_at_the_header_only()
    {
        var (magic, type) = Attest.PeekHeader([0xFF, 0x54, 0x43, 0x47, 0x80, 0x18]);

        Assert.Equal((Attest.GeneratedValue, Attest.QuoteType), (magic, type));
    }

    [Fact]
    public void Keeps_a_body_it_does_not_know()
    {
        const ushort CommandAudit = 0x8015;
        var attest = Attest.Parse(Samples.Attested(CommandAudit, [1, 2, 3]));

        Assert.Null(attest.Quote);
        Assert.Equal([1, 2, 3], attest.Attested.ToArray());
    }

    [Fact]
    public void Refuses_foreign_bytes()
    {
        var bytes = Samples.Quote();
        bytes[0] = 0;

        Assert.Throws<TpmFormatException>(() => Attest.Parse(bytes));
    }
}
