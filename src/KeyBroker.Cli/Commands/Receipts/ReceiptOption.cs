using System.CommandLine;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Receipts;

/// <summary>--receipt FILE: keeps what the broker signed, one JWT a line, for its owner only.</summary>
internal sealed class ReceiptOption
{
    private readonly Option<string?> _file = new("--receipt")
    {
        Description = "Add the broker's signed receipt to this file (0600)",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_file);

    public bool IsGiven(Invocation call) => call.Get(_file) is not null;

    /// <summary>For calls whose result only acknowledges: a receipt is kept without it.</summary>
    public BrokerCall Only(Invocation call, BrokerCall request) => request with { ReceiptOnly = IsGiven(call) };

    public void Keep(Invocation call, BrokerResult result)
    {
        if (call.Get(_file) is not { } path)
        {
            return;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new StreamWriter(path, options);
        file.Write(result.Receipt + "\n");
    }
}
