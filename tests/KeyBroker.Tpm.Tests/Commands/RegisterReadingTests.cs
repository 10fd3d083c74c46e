using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>Registers come as they were asked for: whoever asks until he has them all comes to an end.</summary>
public sealed class RegisterReadingTests : OnSwtpm
{
    private static readonly PcrSelection s_many = PcrSelection.Of(TpmAlgorithm.Sha256, [.. Enumerable.Range(0, 20)]);

    // One bank, three bytes of bitmap, behind header, update counter, count, bank and size.
    private const int BankAt = 18;
    private const int BitmapAt = 21;

    private Action<byte[]>? _change;

    [Fact]
    public void Reads_more_than_a_tpm_returns_at_once()
    {
        Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32]));
        Assert.Equal(8, Tpm.Execute(new PcrRead([s_many])).Values.Count);

        var values = PcrRead.All(Tpm, [PcrSelection.Of(TpmAlgorithm.Sha384, 23), s_many]);

        Assert.Equal(21, values.Count);
        Assert.Equal(48, values[0].Length);
        Assert.Equal(values[17], Tpm.Execute(new PcrRead([Pcr16])).Values[0]);
    }

    [Theory]
    [InlineData(BitmapAt, 0x01)]
    [InlineData(BankAt, 0x07)]
    public void Registers_that_were_not_asked_for_are_refused(int at, byte flipped)
    {
        _change = response => response[at] ^= flipped;
        Assert.Throws<TpmFormatException>(() => Tpm.Execute(new PcrRead([PcrSelection.Of(TpmAlgorithm.Sha256, 4)])));
        Assert.Throws<TpmFormatException>(() => PcrRead.All(Tpm, [PcrSelection.Of(TpmAlgorithm.Sha256, 4)]));
        _change = null;
    }

    [Fact]
    public void A_policy_takes_one_value_for_each_register()
    {
        var few = Tpm.Execute(new PcrRead([s_many])).Values;
        Assert.Throws<ArgumentException>(() => Policy.Empty.Pcr([s_many], few));
        Assert.Throws<ArgumentException>(() => Policy.Empty.Pcr([s_many]));
        Assert.Throws<ArgumentException>(() => Policy.Empty.Pcr([Pcr16], new byte[20]));
        Policy.Empty.Pcr([s_many], PcrRead.All(Tpm, [s_many]));
    }

    private protected override ITpmTransport Wrap(ITpmTransport transport) => new FaultInjectingTransport(
        transport,
        _ => _change is { } change
            ? TransportFault.Alters(response =>
            {
                change(response);
                return response;
            })
            : null);
}
