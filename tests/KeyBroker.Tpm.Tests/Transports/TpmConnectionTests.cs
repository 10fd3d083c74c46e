using System.Net;
using System.Net.Sockets;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Transports;

public sealed class TpmConnectionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("tabrmd:")]
    [InlineData("swtpm")]
    [InlineData("swtpm:")]
    [InlineData("swtpm:path=")]
    [InlineData("swtpm:host=localhost")]
    [InlineData("swtpm:port=2321")]
    [InlineData("swtpm:host=localhost,port=0")]
    [InlineData("swtpm:host=localhost,port=65536")]
    [InlineData("swtpm:host=localhost,port=-1")]
    [InlineData("swtpm:host=localhost,port=2321,path=/tmp/x")]
    [InlineData("swtpm:host=localhost,port=2321,port=2322")]
    [InlineData("swtpm:path=/tmp/x,mode=0600")]
    public void Refuses_what_names_no_tpm(string tcti) =>
        Assert.Throws<FormatException>(() => TpmConnection.Open(tcti));

    [Fact]
    public void Refuses_a_path_that_no_socket_has() =>
        Assert.Throws<FormatException>(() => TpmConnection.Open($"swtpm:path=/{new string('x', 200)}"));

    [Theory]
    [InlineData("swtpm:path=/nonexistent/socket")]
    [InlineData("swtpm:host=127.0.0.1,port=1")]
    [InlineData("device:/dev/nonexistent")]
    public void A_tpm_that_is_not_there_is_an_input_output_error(string tcti) =>
        Assert.ThrowsAny<IOException>(() => TpmConnection.Open(tcti));

    [Fact]
    public async Task Speaks_to_swtpm_over_tcp()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var relay = RelayAsync(listener, swtpm.Tcti["swtpm:path=".Length..]);

        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using (var tpm = new Tpm(TpmConnection.Open($"swtpm:host=127.0.0.1,port={port}")))
        {
            Assert.Equal(16, tpm.Execute(new GetRandom(16)).Length);
        }

        await relay;
    }

    [Fact]
    public async Task A_connection_once_lost_stays_lost()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        await swtpm.ResetAsync();
        Assert.Throws<IOException>(() => tpm.Execute(new ReadClock()));
        Assert.Throws<IOException>(() => tpm.Execute(new ReadClock()));
    }

    [Fact]
    public void A_listener_that_accepts_nobody_holds_up_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("swtpm-");
        var path = Path.Combine(folder.FullName, "tpm");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var patience = new CommandPatience(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));

        var waiting = new List<ITpmTransport>();
        Assert.Throws<IOException>(() =>
        {
            while (waiting.Count < 8)
            {
                waiting.Add(TpmConnection.Open($"swtpm:path={path}", TimeProvider.System, patience));
            }
        });

        Assert.Throws<IOException>(() => new Tpm(waiting[0]).Execute(new GetRandom(8)));
        waiting.ForEach(transport => transport.Dispose());
        folder.Delete(recursive: true);
    }

    private static async Task RelayAsync(TcpListener listener, string socketPath)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        await using var server = new NetworkStream(socket);
        var up = client.GetStream().CopyToAsync(server);
        var down = server.CopyToAsync(client.GetStream());
        await Task.WhenAny(up, down);
    }
}
