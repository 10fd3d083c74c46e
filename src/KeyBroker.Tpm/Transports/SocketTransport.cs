using System.Net;
using System.Net.Sockets;

namespace KeyBroker.Tpm.Transports;

/// <summary>swtpm's data channel, over TCP or a Unix socket: raw commands one way, raw responses the other.</summary>
public sealed class SocketTransport : ITpmTransport
{
    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly CommandPatience _patience;
    private bool _broken;

    /// <param name="socket">Connected, and from now on this transport's own.</param>
    public SocketTransport(Socket socket, TimeProvider clock, CommandPatience patience)
    {
        (_socket, _clock, _patience) = (socket, clock, patience);
        _socket.SendTimeout = (int)patience.Ordinary.TotalMilliseconds;
    }

    public bool IsResourceManaged => false;

    /// <exception cref="IOException">Nobody listens there, or nobody answers in time.</exception>
    public static SocketTransport Connect(EndPoint endPoint, TimeProvider clock, CommandPatience patience)
    {
        var socket = endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Connect(socket, endPoint, clock, patience.Ordinary);
            return new SocketTransport(socket, clock, patience);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
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
        RefuseStrayBytes();
        var response = Exchange(command, new Deadline(_clock, _patience.For(command)));
        _broken = false;
        return response;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A swtpm that hangs accepts nobody, and a full backlog holds up whoever connects.</summary>
    private static void Connect(Socket socket, EndPoint endPoint, TimeProvider clock, TimeSpan patience)
    {
        socket.SendTimeout = (int)patience.TotalMilliseconds; // Bounds connect on a Unix socket.
        using var guard = clock.CreateTimer(_ => socket.Dispose(), null, patience, Timeout.InfiniteTimeSpan);
        socket.Connect(endPoint);
    }

    /// <summary>What is there before a command was sent would be taken for its response.</summary>
    private void RefuseStrayBytes()
    {
        try
        {
            if (_socket.Available > 0)
            {
                throw new IOException("the TPM said something that nobody had asked");
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException("the connection to the TPM is gone", error);
        }
    }

    private byte[] Exchange(ReadOnlySpan<byte> command, Deadline deadline)
    {
        try
        {
            SendWhole(command);
            Span<byte> header = stackalloc byte[ResponseFrame.HeaderSize];
            ReceiveWhole(header, deadline);
            var response = new byte[ResponseFrame.SizeOf(header)];
            header.CopyTo(response);
            ReceiveWhole(response.AsSpan(header.Length), deadline);
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

    private void ReceiveWhole(Span<byte> buffer, Deadline deadline)
    {
        while (!buffer.IsEmpty)
        {
            _socket.ReceiveTimeout = deadline.RemainingMilliseconds();
            var received = _socket.Receive(buffer);
            if (received == 0)
            {
                throw new IOException("the TPM hung up");
            }

            buffer = buffer[received..];
        }
    }
}
