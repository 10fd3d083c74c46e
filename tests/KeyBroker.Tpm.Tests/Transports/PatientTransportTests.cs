using System.Buffers.Binary;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

public sealed class PatientTransportTests
{
    [Theory]
    [InlineData(0x922)]
    [InlineData(0x908)]
    [InlineData(0x90A)]
    [InlineData(0x920)]
    public void Sends_the_same_bytes_until_the_tpm_is_ready(uint busy)
    {
        using var inner = new Scripted(busy, busy, 0);
        using var patient = new PatientTransport(inner, TimeProvider.System);
        Assert.Equal(0u, CodeOf(patient.Transceive("command"u8)));
        Assert.Equal(["command", "command", "command"], inner.Commands);
    }

    [Theory]
    [InlineData(0x921)]
    [InlineData(0x98E)]
    [InlineData(0x100)]
    public void A_refusal_is_final(uint refusal)
    {
        using var inner = new Scripted(refusal, 0);
        using var patient = new PatientTransport(inner, TimeProvider.System);
        Assert.Equal(refusal, CodeOf(patient.Transceive("command"u8)));
        Assert.Single(inner.Commands);
    }

    [Fact]
    public void Gives_up_on_a_tpm_that_is_always_busy()
    {
        using var inner = new Scripted([.. Enumerable.Repeat(0x922u, 100)]);
        using var patient = new PatientTransport(inner, TimeProvider.System);
        Assert.Equal(0x922u, CodeOf(patient.Transceive("command"u8)));
        Assert.InRange(inner.Commands.Count, 5, 20);
    }

    [Fact]
    public void Refuses_less_than_a_header()
    {
        using var patient = new PatientTransport(new Scripted(), TimeProvider.System);
        Assert.Throws<IOException>(() => patient.Transceive("command"u8));
    }

    private static uint CodeOf(byte[] response) => BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(6));

    /// <summary>Answers with these codes, one after the other, and then with nothing.</summary>
    private sealed class Scripted(params uint[] codes) : ITpmTransport
    {
        internal List<string> Commands { get; } = [];

        public bool IsResourceManaged => false;

        public byte[] Transceive(ReadOnlySpan<byte> command)
        {
            Commands.Add(System.Text.Encoding.ASCII.GetString(command));
            if (Commands.Count > codes.Length)
            {
                return [];
            }

            byte[] response = [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(6), codes[Commands.Count - 1]);
            return response;
        }

        public void Dispose()
        {
        }
    }
}
