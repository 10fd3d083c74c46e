using KeyBroker.Attestation.EventLogs;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.EventLogs;

/// <summary>[LOG-1] to [LOG-4]: what is a log, and what is only bytes.</summary>
public sealed class EventLogTests
{
    private static readonly byte[] s_honest = BootLog.Honest().ToBytes();

    [Fact]
    public void Reads_every_event_of_a_crypto_agile_log()
    {
        var log = EventLog.Parse(s_honest);

        Assert.Equal(LogFormat.CryptoAgile, log.Format);
        Assert.Equal([TpmAlgorithm.Sha256, TpmAlgorithm.Sha384], log.Banks);
        Assert.Equal(BootLog.Honest().Events.Count + 1, log.Events.Length);
        Assert.Equal("shim"u8.ToArray().Length, BootLog.Shim.Length);
    }

    [Fact]
    public void Replays_each_bank_to_what_the_boot_left()
    {
        var replay = LogReplay.Of(EventLog.Parse(s_honest), TpmAlgorithm.Sha256);
        var registers = BootLog.Honest().Registers();

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], replay.Registers.Keys);
        Assert.All(replay.Registers.Values, register => Assert.True(replay.Explains(register.Pcr, registers[register.Pcr])));
    }

    [Fact]
    public void Refuses_every_proper_prefix_that_ends_inside_an_event()
    {
        var ends = 0;
        for (var length = 0; length < s_honest.Length; length++)
        {
            ends += Reads(s_honest[..length]) ? 1 : 0;
        }

        // A cut between two events is a shorter log; its replay tells. Zeros behind an event are the area that was not
        // written: a cut within the zeros that a next event begins with looks the same.
        Assert.InRange(ends, BootLog.Honest().Events.Count + 1, 4 * (BootLog.Honest().Events.Count + 1));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public void Takes_what_was_never_written_behind_the_last_event_for_its_end(byte fill) =>
        Assert.Equal(
            EventLog.Parse(s_honest).Events.Length,
            EventLog.Parse((byte[])[.. s_honest, .. Enumerable.Repeat(fill, 1000)]).Events.Length);

    [Fact]
    public void Refuses_other_bytes_behind_the_last_event() => Refused([.. s_honest, 1, 2, 3]);

    [Fact]
    public void Refuses_a_log_larger_than_a_boot_writes() => Refused(new byte[(4 * 1024 * 1024) + 1]);

    [Fact]
    public void Refuses_more_events_than_a_boot_writes()
    {
        var log = new BootLog();
        for (var i = 0; i < 10_000; i++)
        {
            log.Add(1, BootLog.Action, []);
        }

        Refused(log.ToBytes());
    }

    [Theory]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0x7FFF_FFF0)]
    [InlineData(0x0001_0001)]
    public void Refuses_an_event_larger_than_what_is_left_or_allowed(uint size) =>
        Refused(With(log => log.Events.Add(new LoggedEvent(1, BootLog.Action, [])), bytes => Patch(bytes, bytes.Length - 4, size)));

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(0x8000_0000)]
    public void Refuses_an_event_with_another_number_of_digests_than_there_are(uint count) =>
        Refused(With(log => log.Events[0] = log.Events[0] with { Digests = writer => writer.Write(count) }));

    [Fact]
    public void Refuses_two_digests_of_one_bank() =>
        Refused(With(log => log.Events[0] = log.Events[0] with { Digests = writer => WriteTwice(writer, 0x000B) }));

    [Fact]
    public void Refuses_a_digest_of_a_bank_that_is_not_declared() =>
        Refused(With(log => log.Events[0] = log.Events[0] with { Digests = writer => WriteTwice(writer, 0x000D) }));

    [Theory]
    [InlineData(24u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(uint.MaxValue)]
    public void Refuses_a_register_that_there_is_not(uint pcr) => Refused(With(log => log.Add(pcr, BootLog.Action, [])));

    [Theory]
    [InlineData(52, 65_535u)] // The number of algorithms.
    [InlineData(52, 0u)]
    [InlineData(52, 17u)]
    [InlineData(56, 0x0021_000Bu)] // The size of a digest.
    [InlineData(60, 0x0020_000Bu)] // The same algorithm twice.
    [InlineData(48, 0x0100u)]      // Another version.
    public void Refuses_a_header_that_cannot_be(int offset, uint value) => Refused(With(_ => { }, bytes => Patch(bytes, offset + 4, value)));

    private static void WriteTwice(BinaryWriter writer, ushort algorithm)
    {
        writer.Write(2u);
        writer.Write(algorithm);
        writer.Write(new byte[32]);
        writer.Write(algorithm);
        writer.Write(new byte[32]);
    }

    private static byte[] With(Action<BootLog> change, Action<byte[]>? patch = null)
    {
        var log = BootLog.Honest();
        change(log);
        var bytes = log.ToBytes();
        patch?.Invoke(bytes);
        return bytes;
    }

    private static void Patch(byte[] bytes, int offset, uint value) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);

    private static void Refused(byte[] bytes) => Assert.Throws<EventLogException>(() => EventLog.Parse(bytes));

    private static bool Reads(byte[] bytes)
    {
        try
        {
            EventLog.Parse(bytes);
            return true;
        }
        catch (EventLogException)
        {
            return false;
        }
    }
}
