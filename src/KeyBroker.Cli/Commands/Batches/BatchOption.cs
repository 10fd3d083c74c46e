using System.CommandLine;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>--batch FILE: one item a line, from a file or from standard input.</summary>
internal sealed class BatchOption
{
    private readonly Option<string?> _file = new("--batch")
    {
        Description = "Many items, one a line; - is standard input ('keybroker help batch')",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_file);

    public bool IsGiven(Invocation call) => call.Get(_file) is not null;

    public async Task<int> ReadAsync(Invocation call, Func<TextReader, Task<int>> work)
    {
        using var lines = call.Lines(call.Get(_file)!);
        return await work(lines);
    }
}
