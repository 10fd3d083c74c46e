using System.CommandLine;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>What whoever verifies an export knows of it from elsewhere.</summary>
internal sealed class ExpectationOptions
{
    private readonly Option<long> _from = new("--from")
    {
        Description = "The export begins with this record; what came before is not looked at, and the tree not either",
        HelpName = "SEQ",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string[]> _checkpoints = new("--checkpoint")
    {
        Description = "A checkpoint that was kept elsewhere: shows a cut, a fork and a roll-back; may be given more than once",
        HelpName = "FILE",
    };

    private readonly Option<bool> _withoutNames = new("--without-names")
    {
        Description = "Take records of KeyBroker:Audit:HashIdentifiers: their places are verified, their words are anybody's",
    };

    private readonly Option<string?> _contains = new("--contains")
    {
        Description = "A hash noted earlier that has to be in the chain",
        HelpName = "HASH",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_from);
        command.Options.Add(_checkpoints);
        command.Options.Add(_contains);
        command.Options.Add(_withoutNames);
    }

    public LogExpectations Of(Invocation call) => new()
    {
        First = call.Get(_from) is var first and >= 1 ? first : throw new UsageException("--from is the number of a record, from 1 on"),
        Known = [.. (call.Get(_checkpoints) ?? []).Select(path => SignedCheckpoint.Parse(InputFile.Read(path)))],
        WithoutNames = call.Get(_withoutNames),
        Contains = call.Get(_contains) is { } hash ? ParseHash(hash) : null,
    };

    private static byte[] ParseHash(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new UsageException("--contains is a hash in hex");
        }
    }
}
