using System.CommandLine;

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

    public string? Path(Invocation call) => call.Get(_out);

    public int Write(Invocation call, ReadOnlySpan<byte> bytes)
    {
        if (call.Get(_out) is not { } path)
        {
            RefuseOrders(call.Terminal, bytes);
            call.Terminal.Raw(bytes);
            return ExitCode.Done;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(path, options);
        file.Write(bytes);
        return ExitCode.Done;
    }

    private static void RefuseOrders(Terminal terminal, ReadOnlySpan<byte> bytes)
    {
        if (!terminal.OutputIsFile && !PlainText.Is(bytes))
        {
            throw new UsageException("this is no text, and not for a terminal: name a file with --out, or use a pipe");
        }
    }
}
