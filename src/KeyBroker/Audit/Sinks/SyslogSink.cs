using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Configuration;
using KeyBroker.Hosting;

namespace KeyBroker.Audit;

/// <summary>Messages of RFC 5424 over a Unix datagram socket: a delivery counts when the receiver's queue has it.</summary>
internal sealed class SyslogSink(SinkSettings settings, AuditLines lines) : IAuditSink, IDisposable
{
    // Facility 13 is the log audit, severity 5 a normal but significant condition (RFC 5424, 6.2.1).
    private const string Priority = "<109>1";

    // The private enterprise number of examples (RFC 5612): the project has none of its own.
    private const string Data = "keybroker@32473";

    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly string _host = Environment.MachineName;
    private Socket? _socket;

    public string Name => settings.Name;

    public bool IsRequired => settings.IsRequired;

    public Task<SinkCursor> OpenAsync(SinkStart start, SinkCursor known) => Task.FromResult(known);

    public void Deliver(SinkBatch batch) => Guarded(() =>
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var item in batch.Items())
        {
            Send(Encoding.UTF8.GetBytes(item.Record is not null ? Message(item.Record) : Message(item.Checkpoint!, item.Behind)), started);
        }
    });

    // A receiver that was started anew is another one: it is looked for once.
    private void Send(byte[] message, long started)
    {
        try
        {
            SendOnce(message, started);
        }
        catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionRefused or SocketError.NotConnected or SocketError.ConnectionReset)
        {
            Disconnect();
            SendOnce(message, started);
        }
    }

    private void SendOnce(byte[] message, long started)
    {
        _socket ??= Connect();
        _socket.SendTimeout = LeftSince(started);
        _socket.Send(message);
    }

    private void Disconnect()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public void TakeBack()
    {
        // What was sent is gone; the next message has the same number and says what holds.
    }

    /// <summary>Whether somebody listens there, asked with a socket of its own: the other belongs to the writer.</summary>
    public void Probe()
    {
        try
        {
            Connect().Dispose();
        }
        catch (SocketException failure)
        {
            throw NotTaken(failure);
        }
    }

    public void Dispose() => _socket?.Dispose();

    // Milliseconds for what is not sent yet: the patience is for all of it, and nobody else can write meanwhile.
    private static int LeftSince(long started) =>
        (int)(s_patience - Stopwatch.GetElapsedTime(started)).TotalMilliseconds is > 0 and var left
            ? left
            : throw new SocketException((int)SocketError.TimedOut);

    private string Message(AuditEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Header(At(entry))} audit [{Data} seq=\"{entry.Sequence}\" previous=\"{Convert.ToHexStringLower(entry.Previous)}\" hash=\"{Convert.ToHexStringLower(entry.Hash)}\"] {lines.Shown(entry)}");

    private string Message(SignedCheckpoint signed, long behind)
    {
        var body = CheckpointBody.Parse(signed.Text);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Header(body.At)} checkpoint [{Data} size=\"{body.Size}\" counter=\"{body.Counter}\" behind=\"{behind}\"] {signed.ToJson().ToJsonString(s_relaxed)}");
    }

    private string Header(DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture, $"{Priority} {Timestamp.Of(at)} {_host} keybrokerd {Environment.ProcessId}");

    private static DateTimeOffset At(AuditEntry entry) => DateTimeOffset.FromUnixTimeMilliseconds(AuditRecord.At(entry.Record));

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (SocketException failure)
        {
            Disconnect();
            throw NotTaken(failure);
        }
    }

    private SinkException NotTaken(SocketException failure) => new(Name, failure.Message, failure);

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(settings.Target));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
