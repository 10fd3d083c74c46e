using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

public sealed class FaultInjectingTransportTests : OnSwtpm
{
    private readonly Queue<TransportFault?> _faults = [];
    private readonly List<RecordedExchange> _wire = [];

    [Fact]
    public void Without_a_fault_nothing_is_different() => Assert.Equal(8, Tpm.Execute(new GetRandom(8)).Length);

    [Fact]
    public void A_busy_tpm_is_asked_again()
    {
        _faults.Enqueue(TransportFault.Answers(TpmResponseCode.Retry));
        _faults.Enqueue(TransportFault.Answers(TpmResponseCode.Yielded));
        using var patient = new Tpm(new PatientTransport(Faulty, TimeProvider.System));
        Assert.Equal(8, patient.Execute(new GetRandom(8)).Length);
        Assert.Equal(3, _wire.Count);
        Assert.All(_wire, exchange => Assert.Equal(_wire[0].Command.ToArray(), exchange.Command.ToArray()));
    }

    [Fact]
    public void A_command_that_is_lost_was_not_executed()
    {
        Extend(TransportFault.LosesCommand);
        Assert.Equal(new byte[32], Inner.Execute(new PcrRead([Pcr16])).Values[0]);
    }

    [Fact]
    public void A_command_whose_response_is_lost_was_executed()
    {
        Extend(TransportFault.LosesResponse);
        Assert.NotEqual(new byte[32], Inner.Execute(new PcrRead([Pcr16])).Values[0]);
    }

    [Fact]
    public void A_response_may_be_changed()
    {
        _faults.Enqueue(TransportFault.Alters(response => response[..^1]));
        Assert.Throws<TpmFormatException>(() => Tpm.Execute(new GetRandom(8)));
        Assert.Equal(8, Tpm.Execute(new GetRandom(8)).Length);
    }

    [Fact]
    public void A_failed_exchange_is_recorded_too()
    {
        Extend(TransportFault.LosesCommand);
        Assert.Equal(0, _wire[0].Response.Length);
        Assert.Equal((byte)((uint)TpmCommandCode.PcrExtend & 0xFF), _wire[0].Command.Span[9]);
    }

    private ITpmTransport Faulty { get; set; } = null!;

    private Tpm Inner { get; set; } = null!;

    private protected override ITpmTransport Wrap(ITpmTransport transport)
    {
        Inner = new Tpm(transport);
        return Faulty = new RecordingTransport(
            new FaultInjectingTransport(transport, _ => _faults.TryDequeue(out var fault) ? fault : null), _wire.Add);
    }

    // Once lost, a connection stays so.
    private void Extend(TransportFault fault)
    {
        _faults.Enqueue(fault);
        Assert.Throws<IOException>(() => Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32])));
        Assert.Throws<IOException>(() => Tpm.Execute(new GetRandom(8)));
    }
}
