using System.Net.Sockets;
using System.Text;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What a service manager hears of a broker, on a real notification socket.</summary>
public sealed class ServiceManagerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hears_of_the_start_the_life_and_the_end(bool isAbstract)
    {
        var folder = Directory.CreateTempSubdirectory("kb-notify-");
        var path = Path.Combine(folder.FullName, "socket");
        using var ear = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        ear.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + path : path));
        var environment = new Dictionary<string, string>
        {
            ["NOTIFY_SOCKET"] = isAbstract ? '@' + path : path,
            ["WATCHDOG_USEC"] = "200000",
        };
        await using var broker = await BrokerProcess.StartAsync(environment);
        Assert.StartsWith("READY=1", await HearAsync(ear));
        Assert.Equal("WATCHDOG=1", await HearAsync(ear));
        Assert.Equal("WATCHDOG=1", await HearAsync(ear));

        // Read all the while: what nobody reads in time is dropped.
        var stopping = broker.StopAsync();
        string last;
        do
        {
            last = await HearAsync(ear);
        }
        while (last == "WATCHDOG=1");

        Assert.StartsWith("STOPPING=1", last);
        Assert.Equal(0, await stopping);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_manager_that_does_not_listen_holds_nothing_up()
    {
        var folder = Directory.CreateTempSubdirectory("kb-notify-");
        var path = Path.Combine(folder.FullName, "socket");
        using var deaf = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        deaf.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "2000" };

        await using var broker = await BrokerProcess.StartAsync(environment);
        await broker.SaysAsync("does not hear us"); // The socket's queue is full.

        Assert.Equal(0, await broker.StopAsync());
        folder.Delete(recursive: true);
    }

    private static async Task<string> HearAsync(Socket ear)
    {
        var news = new byte[256];
        var length = await ear.ReceiveAsync(news, TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(news, 0, length);
    }
}
