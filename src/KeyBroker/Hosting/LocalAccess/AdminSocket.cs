using System.Net;
using System.Net.Sockets;
using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace KeyBroker.Hosting;

/// <summary>The Unix socket of the administrative API: 0660 from its first instant, never stolen from a live broker.</summary>
internal static class AdminSocket
{
    private const uint SocketMask = 0b001_001_111; // 0117: leaves 0660
    private const int LongestPath = 107;

    /// <summary>Makes way for a new socket.</summary>
    /// <exception cref="StartupException">Somebody answers there, or something else is in the way.</exception>
    public static void RemoveStale(string path)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new StartupException($"set KeyBroker:AdminSocket to a path of at most {LongestPath} bytes");
        }

        if (!Path.Exists(path))
        {
            return;
        }

        if (!FileStatus.Of(path).IsSocket)
        {
            throw new StartupException($"set KeyBroker:AdminSocket to another path: {path} is no socket");
        }

        if (Answers(path))
        {
            throw new StartupException($"stop the broker that answers on {path}, or set KeyBroker:AdminSocket to another path");
        }

        File.Delete(path);
    }

    public static void Bind(SocketTransportOptions options) =>
        options.CreateBoundListenSocket = endPoint => endPoint is UnixDomainSocketEndPoint
            ? BindPrivately(endPoint)
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <summary>Marks every connection of this listener, so that the endpoint and not a header decides what is served.</summary>
    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        var socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        connection.Features.Set(new AdminPeer(Posix.PeerUserId(socket)));
        return next(connection);
    };

    private static Socket BindPrivately(EndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var before = Posix.SetFileModeMask(SocketMask);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            _ = Posix.SetFileModeMask(before);
        }
    }

    private static bool Answers(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (SocketException other)
        {
            throw new StartupException($"remove {path} or set KeyBroker:AdminSocket: it is in the way of the admin socket", other);
        }
    }
}
