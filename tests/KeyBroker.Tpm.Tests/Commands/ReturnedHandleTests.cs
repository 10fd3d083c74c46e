using System.Buffers.Binary;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>No HMAC covers the handle in a response: it is of the kind that the command makes, or it is refused.</summary>
public sealed class ReturnedHandleTests : OnSwtpm
{
    private uint? _forged;

    [Theory]
    [InlineData(0x40000001)]
    [InlineData(0x81000001)]
    [InlineData(0x02000000)]
    [InlineData(0x00000000)]
    public void An_object_is_transient(uint forged)
    {
        var root = CreateStorageRoot().Object;
        using var session = HmacSession.StartUnsalted(Tpm);
        var made = Tpm.Execute(new Create(root.With(session), Templates.SigningKeyEccP256));
        var saved = Tpm.Execute(new ContextSave(root.Handle));
        _forged = forged;
        Assert.Throws<TpmFormatException>(() => Tpm.Execute(new Load(root.With(session), made.Private, made.Public)));
        Assert.Throws<TpmFormatException>(() => Tpm.Execute(new ContextLoad(saved)));
        _forged = null;
    }

    [Theory]
    [InlineData(0x80000000)]
    [InlineData(0x40000007)]
    [InlineData(0x03000000)]
    public void A_session_is_a_session(uint forged)
    {
        _forged = forged;
        Assert.Throws<TpmFormatException>(() => HmacSession.StartUnsalted(Tpm));
        _forged = 0x02000000;
        Assert.Throws<TpmFormatException>(() => PolicySession.Start(Tpm));
    }

    [Fact]
    public void What_is_read_about_a_known_object_is_about_that_one()
    {
        var key = LoadAttestationKey().Object;
        var made = CreateStorageRoot();
        var root = made.Object;
        using var session = HmacSession.StartSalted(Tpm, root, made.Public);
        Assert.Equal(root, Tpm.Execute(new ReadPublic(root), session).Object);
        Assert.Throws<TpmFormatException>(() => Tpm.Execute(new ReadPublic(root with { Handle = key.Handle })));
        Assert.Throws<TpmException>(() => Tpm.Execute(new ReadPublic(root with { Handle = key.Handle }), session));
    }

    private protected override ITpmTransport Wrap(ITpmTransport transport) => new FaultInjectingTransport(
        transport, _ => _forged is { } handle ? TransportFault.Alters(response => WithHandle(response, handle)) : null);

    private static byte[] WithHandle(byte[] response, uint handle)
    {
        if (response.Length >= 14)
        {
            BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(10), handle);
        }

        return response;
    }
}
