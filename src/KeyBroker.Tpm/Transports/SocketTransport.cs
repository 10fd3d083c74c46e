using System.Net;
using System.Net.Sockets;

namespace KeyBroker.Tpm.Transports;

/// <summary>swtpm's data channel, over TCP or a Unix socket: raw commands one way, raw responses the other.</summary>
public sealed class SocketTransport : ITpmTransport
{
    /// <summary>Longer than any command takes, generation of long RSA keys included.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Socket _socket;
    private bool _broken;

    private SocketTransport(Socket socket) => _socket = socket;

    /// <exception cref="IOException">Nobody listens there.</exception>
    public static SocketTransport Connect(EndPoint endPoint)
    {
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = socket.SendTimeout = (int)s_patience.TotalMilliseconds;
        try
        {
            socket.Connect(endPoint);
            return new SocketTransport(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException("no TPM listens there", error);
        }
    }

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        if (_broken)
        {
            throw new IOException("the connection to the TPM was lost before");
        }

        // Until the response is whole, what comes next on the socket is unknown.
        _broken = true;
        var response = Exchange(command);
        _broken = false;
        return response;
    }

    public void Dispose() => _socket.Dispose();

    private byte[] Exchange(ReadOnlySpan<byte> command)
    {
        try
        {
            SendWhole(command);
            Span<byte> header = stackalloc byte[ResponseFrame.HeaderSize];
            ReceiveWhole(header);
            var response = new byte[ResponseFrame.SizeOf(header)];
            header.CopyTo(response);
            ReceiveWhole(response.AsSpan(header.Length));
            return response;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException("the TPM did not answer", error);
        }
    }

    private void SendWhole(ReadOnlySpan<byte> command)
    {
        while (!command.IsEmpty)
        {
            command = command[_socket.Send(command)..];
        }
    }

    private void ReceiveWhole(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var received = _socket.Receive(buffer);
            if (received == 0)
            {
                throw new IOException("the TPM hung up");
            }

            buffer = buffer[received..];
        }
    }
}
