using System.Buffers.Binary;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>Somebody between us and the TPM changes its answers: none may be accepted.</summary>
public sealed class HostileResponseTests : OnSwtpm
{
    private const int ParametersAt = 14;
    private static readonly byte[] s_secret = "attack at dawn"u8.ToArray();
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();

    [Fact]
    public void Refuses_every_flipped_bit() => Refuses(
        response => response.Length * 8, FlipBit);

    [Fact]
    public void Refuses_every_truncation() => Refuses(
        response => response.Length, (response, length) => Resize(response, length));

    [Fact]
    public void Refuses_every_truncation_that_does_not_admit_it() => Refuses(
        response => response.Length, (response, length) => response[..length]);

    [Fact]
    public void Refuses_trailing_bytes() => Refuses(
        _ => 40, (response, more) => Resize(response, response.Length + 1 + more));

    [Fact]
    public void Refuses_a_response_without_its_session() => Refuses(
        _ => 1, (response, _) => WithoutSessions(response));

    [Fact]
    public void Refuses_a_response_without_its_hmac() => Refuses(
        _ => 1, (response, _) => WithoutHmac(response));

    [Fact]
    public void Refuses_the_response_to_an_earlier_command()
    {
        byte[]? first = null;
        using var wire = OpenWire();
        wire.Forge = response => [.. first ??= [.. response]];
        Assert.Equal(s_secret, wire.Unseal());
        Assert.Throws<TpmSessionException>(() => wire.Unseal());
    }

    [Fact]
    public void Refuses_a_success_made_of_nothing()
    {
        using var wire = OpenWire();
        wire.Forge = _ => [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0];
        Assert.Throws<TpmFormatException>(() => wire.Unseal());
    }

    private void Refuses(Func<byte[], int> count, Func<byte[], int, byte[]> forge)
    {
        using var wire = OpenWire();
        wire.Forge = response => response;
        Assert.Equal(s_secret, wire.Unseal());
        for (var i = 0; i < count(wire.Last); i++)
        {
            var number = i;
            wire.Renew();
            wire.Forge = response => forge(response, number);
            Assert.True(IsRefused(wire), $"forgery {number} was accepted");
        }

        // It was the forgeries that were refused: the truth is still accepted.
        wire.Renew();
        wire.Forge = response => response;
        Assert.Equal(s_secret, wire.Unseal());
    }

    private static bool IsRefused(HostileWire wire)
    {
        try
        {
            wire.Unseal();
            return false;
        }
        catch (Exception refused) when (
            refused is TpmException or TpmFormatException or TpmSessionException or IOException)
        {
            return true;
        }
    }

    private HostileWire OpenWire()
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        var root = CreateStorageRoot();
        Tpm.Dispose();
        return new HostileWire(Swtpm.OpenTransport(), blob, root);
    }

    private static byte[] FlipBit(byte[] response, int bit)
    {
        response[bit / 8] ^= (byte)(1 << (bit % 8));
        return response;
    }

    private static byte[] Resize(byte[] response, int length)
    {
        var resized = new byte[length];
        response.AsSpan(0, Math.Min(length, response.Length)).CopyTo(resized);
        if (length >= 6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(resized.AsSpan(2), (uint)length);
        }

        return resized;
    }

    private static byte[] WithoutSessions(byte[] response)
    {
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(10));
        byte[] stripped = [0x80, 0x01, .. response[2..10], .. response[ParametersAt..(ParametersAt + size)]];
        return Resize(stripped, stripped.Length);
    }

    private static byte[] WithoutHmac(byte[] response)
    {
        byte[] stripped = [.. response[..^34], 0, 0];
        return Resize(stripped, stripped.Length);
    }

    /// <summary>A transport that may forge the next answers, with a session that does not know.</summary>
    private sealed class HostileWire : ITpmTransport
    {
        private readonly ITpmTransport _inner;
        private readonly Tpm _tpm;
        private readonly TpmObject _blob;
        private readonly CreatePrimaryResponse _root;
        private HmacSession _session;
        private bool _isForging;

        internal HostileWire(ITpmTransport inner, TpmObject blob, CreatePrimaryResponse root)
        {
            _inner = inner;
            _blob = blob;
            _root = root;
            _tpm = new Tpm(this);
            _session = HmacSession.StartSalted(_tpm, root.Object, root.Public);
        }

        internal Func<byte[], byte[]> Forge { get; set; } = response => response;

        internal byte[] Last { get; private set; } = [];

        public bool IsResourceManaged => false;

        public byte[] Transceive(ReadOnlySpan<byte> command)
        {
            var response = _inner.Transceive(command);
            if (!_isForging)
            {
                return response;
            }

            Last = [.. response];
            return Forge(response);
        }

        public void Dispose() => _inner.Dispose();

        internal byte[] Unseal()
        {
            _isForging = true;
            try
            {
                return _tpm.Execute(new Unseal(_blob.With(_session, s_authValue)));
            }
            finally
            {
                _isForging = false;
            }
        }

        /// <summary>A session whose answer was forged is out of step with the TPM.</summary>
        internal void Renew()
        {
            _session.Dispose();
            _session = HmacSession.StartSalted(_tpm, _root.Object, _root.Public);
        }
    }
}
