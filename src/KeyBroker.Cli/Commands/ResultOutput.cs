using System.CommandLine;
using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>Bytes or text as the answer of a command: to standard output, or into a file of the owner's.</summary>
internal sealed class ResultOutput
{
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Write to this file (0600) instead of standard output",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_out);

    public bool IsGiven(Invocation call) => PathOf(call) is not null;

    public string? PathOf(Invocation call) => call.Get(_out);

    public int Write(Invocation call, ReadOnlySpan<byte> bytes)
    {
        if (call.Get(_out) is not { } path)
        {
            RefuseOrders(call.Terminal, bytes);
            call.Terminal.Raw(bytes);
            return ExitCode.Done;
        }

        WriteFile(Path.GetFullPath(path), bytes);
        return ExitCode.Done;
    }

    /// <summary>[CLI-40] Made anew, so that nobody reads it who could read what was there.</summary>
    private static void WriteFile(string path, ReadOnlySpan<byte> bytes)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder: name a file");
        }

        if (File.Exists(path) && !FileStatus.Of(path).IsRegular)
        {
            // A pipe or a device keeps nothing, and takes what it is given.
            using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            pipe.Write(bytes);
            return;
        }

        OwnerFile.Replace(path, bytes);
    }

    private static void RefuseOrders(Terminal terminal, ReadOnlySpan<byte> bytes)
    {
        if (!terminal.OutputIsFile && !PlainText.Is(bytes))
        {
            throw new UsageException("this is no text, and not for a terminal: name a file with --out, or use a pipe");
        }
    }
}
