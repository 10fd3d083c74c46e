using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

public sealed class CommandPatienceTests
{
    private static readonly CommandPatience s_patience = CommandPatience.Default;

    [Fact]
    public async Task Only_a_new_rsa_key_may_take_long()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var seen = new Noting(swtpm.OpenTransport());
        using var tpm = new Tpm(seen);
        var root = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        Assert.Equal(s_patience.Ordinary, seen.Last);

        using var session = HmacSession.StartSalted(tpm, root.Object, root.Public);
        tpm.Execute(new Create(root.Object.With(session), Templates.AttestationKeyEccP256));
        Assert.Equal(s_patience.Ordinary, seen.Last);
        tpm.Execute(new Create(root.Object.With(session), Templates.AttestationKeyRsa2048, new Sensitive("auth"u8.ToArray(), default)));
        Assert.Equal(s_patience.Generation, seen.Last);
        tpm.Execute(new GetRandom(8), session);
        Assert.Equal(s_patience.Ordinary, seen.Last);
        tpm.Execute(new CreateLoaded(root.Object.With(session), Templates.AttestationKeyRsa2048));
        Assert.Equal(s_patience.Generation, seen.Last);
        tpm.Execute(new ReadClock());
        Assert.Equal(s_patience.Ordinary, seen.Last);
    }

    [Fact]
    public void Half_a_command_is_an_ordinary_one()
    {
        byte[] command = [0x80, 0x02, 0, 0, 0, 16, 0, 0, 0x01, 0x53, 0x80, 0, 0, 0, 0xFF, 0xFF];
        for (var length = 0; length <= command.Length; length++)
        {
            Assert.Equal(s_patience.Ordinary, s_patience.For(command.AsSpan(0, length)));
        }
    }

    /// <summary>Notes the patience with each command.</summary>
    private sealed class Noting(ITpmTransport inner) : ITpmTransport
    {
        internal TimeSpan Last { get; private set; }

        public bool IsResourceManaged => inner.IsResourceManaged;

        public byte[] Transceive(ReadOnlySpan<byte> command)
        {
            Last = s_patience.For(command);
            return inner.Transceive(command);
        }

        public void Dispose() => inner.Dispose();
    }
}
