using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KeyBroker.Supervision;

/// <summary>The service manager that started this process, spoken to as sd_notify(3) does: a datagram for each news.</summary>
internal sealed partial class ServiceManager(string? address, TimeSpan? watchdogPeriod, ILogger<ServiceManager> log)
    : IHostedLifecycleService
{
    private const int LongestAddress = 107;
    private volatile bool _ready;

    /// <summary>How long it waits for a sign of life before it ends this process; null where it does not.</summary>
    public TimeSpan? WatchdogPeriod { get; } = watchdogPeriod;

    /// <summary>As the manager left it in the environment; silent where there is none.</summary>
    public static ServiceManager OfEnvironment(ILogger<ServiceManager> log) =>
        new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), ReadPeriod(), log);

    /// <summary>All hosted services are started, the web server among them: the broker listens.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var told = Notify("READY=1\nSTATUS=serving");
        _ready = true;
        return told;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Notify("STOPPING=1\nSTATUS=draining");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says that the process works, once it was said that it serves.</summary>
    public void SignOfLife()
    {
        if (_ready)
        {
            _ = Notify("WATCHDOG=1");
        }
    }

    private Task Notify(string news)
    {
        if (address is not { Length: > 1 and <= LongestAddress } || address[0] is not ('/' or '@'))
        {
            return Task.CompletedTask;
        }

        try
        {
            // '@' stands for the zero byte that an abstract address begins with.
            // Not blocking: a manager that does not listen must not hold up the broker.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            var path = address[0] == '@' ? '\0' + address[1..] : address;
            _ = socket.SendTo(Encoding.UTF8.GetBytes(news), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure)
        {
            NotHeard(failure.Message);
        }

        return Task.CompletedTask;
    }

    private static TimeSpan? ReadPeriod()
    {
        var isOurs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } process
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOurs
            && long.TryParse(
                Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var period)
            && period is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromTicks(period * TimeSpan.TicksPerMicrosecond)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the service manager does not hear us: {Detail}")]
    private partial void NotHeard(string detail);
}
