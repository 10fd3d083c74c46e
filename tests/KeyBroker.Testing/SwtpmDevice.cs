using System.Buffers.Binary;
using System.Diagnostics;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Testing;

/// <summary>A real software TPM behind a character device, as <c>/dev/tpm0</c> is one; its answers may come in pieces or never.</summary>
public sealed class SwtpmDevice : IAsyncDisposable
{
    private const int LongestMessage = 4096;

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("swtpm-");
    private readonly PseudoTerminal _user = new();
    private readonly PseudoTerminal _tpm = new();
    private readonly Process _process;
    private volatile int _pieces = LongestMessage;
    private volatile bool _mute;
    private int _commands;
    private int _lost;

    private SwtpmDevice()
    {
        // Named as the kernel names the device that is shared: whoever opens it by this path takes it for one.
        File.CreateSymbolicLink(ManagedPath, _user.Path);
        _process = Launch();
        Relay("commands", PassCommands);
        Relay("responses", PassResponses);
    }

    public string Path => _user.Path;

    public string Tcti => $"device:{Path}";

    /// <summary>The same device by a name that says the kernel manages its resources.</summary>
    public string ManagedPath => System.IO.Path.Combine(_scratch.FullName, "tpmrm0");

    public string ManagedTcti => $"device:{ManagedPath}";

    /// <summary>How many commands came through.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>How many responses got lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public static SwtpmDevice Start() => new();

    public ITpmTransport OpenTransport() => TpmConnection.Open(Tcti);

    /// <summary>From now on a response comes in pieces of so many bytes.</summary>
    public void Tear(int pieces) => _pieces = pieces;

    /// <summary>Whether responses get lost from now on.</summary>
    public void Mute(bool mute) => _mute = mute;

    /// <summary>The device is unplugged.</summary>
    public void Unplug() => _user.Dispose();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _user.Dispose();
        _tpm.Dispose();
        _scratch.Delete(recursive: true);
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("swtpm",
        [
            "chardev", "--tpm2", "--chardev", _tpm.Path, "--tpmstate", $"dir={_scratch.FullName}",
            "--flags", "not-need-init,startup-clear", "--log", $"file={_scratch.FullName}/log,level=1",
        ]);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("swtpm is missing: apt-get install swtpm", missing);
        }
    }

    private static void Relay(string what, Action pass)
    {
        var thread = new Thread(() =>
        {
            try
            {
                pass();
            }
            catch (Exception end) when (end is IOException or ObjectDisposedException)
            {
                // Closed at either end.
            }
        })
        { IsBackground = true, Name = what };
        thread.Start();
    }

    private void PassCommands()
    {
        var command = new byte[LongestMessage];
        while (true)
        {
            var length = ReadMessage(_user.Near, command);
            Interlocked.Increment(ref _commands);
            _tpm.Near.Write(command.AsSpan(0, length));
        }
    }

    private void PassResponses()
    {
        var response = new byte[LongestMessage];
        while (true)
        {
            var length = ReadMessage(_tpm.Near, response);
            if (_mute)
            {
                Interlocked.Increment(ref _lost);
                continue;
            }

            for (var sent = 0; sent < length; sent += _pieces)
            {
                _user.Near.Write(response.AsSpan(sent, Math.Min(_pieces, length - sent)));
            }
        }
    }

    /// <summary>Reads what the size in the header announces.</summary>
    private static int ReadMessage(FileStream from, byte[] message)
    {
        from.ReadExactly(message, 0, 10);
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(2));
        from.ReadExactly(message, 10, size - 10);
        return size;
    }
}
