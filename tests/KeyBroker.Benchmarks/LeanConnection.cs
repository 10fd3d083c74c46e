using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KeyBroker.Benchmarks;

/// <summary>One HTTP/1.1 connection that sends bytes as they are, and reads of an answer its status and where it ends.</summary>
internal sealed class LeanConnection : IDisposable
{
    private const string Length = "\r\nContent-Length: ";
    private static readonly byte[] s_endOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_endOfChunks = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 20];

    public LeanConnection(Uri server) => _socket.Connect(server.Host, server.Port);

    /// <exception cref="InvalidOperationException">The answer is no success.</exception>
    public void Exchange(byte[] request)
    {
        _socket.Send(request);
        var length = Receive(0);
        int head;
        while ((head = _buffer.AsSpan(0, length).IndexOf(s_endOfHead)) < 0)
        {
            length = Receive(length);
        }

        var text = Encoding.ASCII.GetString(_buffer, 0, head + 2);
        if (!text.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(text);
        }

        while (!IsWhole(text, head + s_endOfHead.Length, length))
        {
            length = Receive(length);
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole(string head, int body, int length)
    {
        var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return _buffer.AsSpan(0, length).EndsWith(s_endOfChunks);
        }

        var number = head.AsSpan(at + Length.Length);
        return length - body >= int.Parse(number[..number.IndexOf('\r')], CultureInfo.InvariantCulture);
    }

    private int Receive(int length)
    {
        var received = _socket.Receive(_buffer.AsSpan(length));
        return received > 0 ? length + received : throw new InvalidOperationException("the broker closed the connection");
    }
}
