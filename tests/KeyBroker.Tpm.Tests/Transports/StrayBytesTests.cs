using System.Net.Sockets;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

/// <summary>A response that nobody waits for is never taken for that of the next command.</summary>
public sealed class StrayBytesTests : OnSwtpm
{
    private static readonly byte[] s_refusal = Convert.FromHexString("80010000000a00000101");

    [Theory]
    [InlineData(4060)]
    [InlineData(5000)]
    public void A_command_that_is_too_long_for_a_tpm_is_not_sent(int size)
    {
        // swtpm answers twice to a command that does not fit into its buffer.
        Assert.Throws<ArgumentException>(
            () => Tpm.Execute(new Hash(new byte[size + 100], TpmAlgorithm.Sha256, TpmHandle.Null)));
        Assert.Equal(8, Tpm.Execute(new GetRandom(8)).Length);
        Assert.Equal(32, Tpm.Execute(new GetRandom(32)).Length);
    }

    [Fact]
    public async Task What_comes_unasked_ends_the_connection()
    {
        var folder = Directory.CreateTempSubdirectory("tpm-");
        var path = Path.Combine(folder.FullName, "tpm");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var transport = TpmConnection.Open($"swtpm:path={path}");
        using var peer = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        peer.Send([.. s_refusal, .. s_refusal]);
        using var early = new Tpm(transport);

        Assert.Throws<IOException>(() => early.Execute(new GetRandom(8)));
        Assert.Throws<IOException>(() => early.Execute(new GetRandom(8)));
        folder.Delete(recursive: true);
    }
}
