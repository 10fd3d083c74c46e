using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace KeyBroker.Tests.Audit;

/// <summary>What reads /dev/log on a host: a Unix datagram socket, emptied at once, since its queue may hold ten messages.</summary>
internal sealed class LogSocket : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly BlockingCollection<string> _messages = [];
    private readonly Task _reading;
    private readonly string _path;

    public LogSocket(string path)
    {
        _path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _reading = Task.Run(ReadAsync);
    }

    public string Take() => _messages.TryTake(out var message, s_patience) ? message : throw new TimeoutException("no message came");

    /// <summary>The next that is no checkpoint: those come when the TPM has signed them.</summary>
    public string TakeRecord()
    {
        var message = Take();
        return message.Contains(" checkpoint [", StringComparison.Ordinal) ? TakeRecord() : message;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reading.Wait(s_patience);
        _messages.Dispose();
        File.Delete(_path);
    }

    private async Task ReadAsync()
    {
        var message = new byte[16384];
        try
        {
            while (true)
            {
                _messages.Add(Encoding.UTF8.GetString(message, 0, await _socket.ReceiveAsync(message)));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
