using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KeyBroker.Tpm.Transports;

/// <summary>Opens the way to a TPM that a TCTI string names.</summary>
public static class TpmConnection
{
    private const string DefaultDevice = "/dev/tpmrm0";

    /// <param name="tcti">
    /// <c>swtpm:host=H,port=P</c>, <c>swtpm:path=SOCKET</c> or <c>device:PATH</c>.
    /// </param>
    /// <exception cref="FormatException">The string is something else.</exception>
    /// <exception cref="IOException">There is no TPM.</exception>
    public static ITpmTransport Open(string tcti) => Open(tcti, TimeProvider.System);

    /// <inheritdoc cref="Open(string)"/>
    public static ITpmTransport Open(string tcti, TimeProvider clock) => Open(tcti, clock, CommandPatience.Default);

    /// <inheritdoc cref="Open(string)"/>
    public static ITpmTransport Open(string tcti, TimeProvider clock, CommandPatience patience)
    {
        var separator = tcti.IndexOf(':', StringComparison.Ordinal);
        var kind = separator < 0 ? tcti : tcti[..separator];
        var rest = separator < 0 ? "" : tcti[(separator + 1)..];
        ITpmTransport transport = kind switch
        {
            "swtpm" => OpenSwtpm(ParseOptions(rest), clock, patience),
            "device" => DeviceTransport.Open(rest.Length == 0 ? DefaultDevice : rest, clock, patience),
            _ => throw new FormatException("a TCTI starts with swtpm: or device:"),
        };
        return new PatientTransport(transport, clock);
    }

    /// <summary>Speaks to a swtpm at the other end of a socket that is connected already.</summary>
    public static ITpmTransport Over(Socket socket, TimeProvider clock, CommandPatience patience) =>
        new PatientTransport(new SocketTransport(socket, clock, patience), clock);

    private static SocketTransport OpenSwtpm(
        Dictionary<string, string> options, TimeProvider clock, CommandPatience patience) =>
        SocketTransport.Connect(EndPointOf(options), clock, patience);

    private static EndPoint EndPointOf(Dictionary<string, string> options) => options switch
    {
        { Count: 1 } when options.TryGetValue("path", out var path) && path.Length > 0 => EndPointOf(path),
        { Count: 2 } when options.TryGetValue("host", out var host) && host.Length > 0
            && options.TryGetValue("port", out var port) => EndPointOf(host, port),
        _ => throw new FormatException("the swtpm TCTI takes host=H,port=P or path=SOCKET"),
    };

    private static UnixDomainSocketEndPoint EndPointOf(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new FormatException("the path of a swtpm TCTI is longer than that of a socket can be");
        }
    }

    private static EndPoint EndPointOf(string host, string port)
    {
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            throw new FormatException("the port of a swtpm TCTI is a number from 1 to 65535");
        }

        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, number)
            : new DnsEndPoint(host, number);
    }

    private static Dictionary<string, string> ParseOptions(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in text.Split(','))
        {
            var parts = option.Split('=', 2);
            if (parts.Length != 2 || !options.TryAdd(parts[0], parts[1]))
            {
                throw new FormatException("the options of a TCTI are NAME=VALUE, each once");
            }
        }

        return options;
    }
}
