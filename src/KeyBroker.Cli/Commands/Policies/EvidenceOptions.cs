using System.CommandLine;
using KeyBroker.Attestation.Policies;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>The ways to state a boot without a broker: files of evidence, of registers and of an event log.</summary>
internal sealed class EvidenceOptions
{
    private readonly Option<string?> _evidence = new("--evidence")
    {
        Description = "Evidence as it is sent, or an attestation as 'admin attestations show --output json' prints it",
        HelpName = "FILE",
    };

    private readonly Option<string?> _registers = new("--registers")
    {
        Description = "Registers as 'pcr read --output json' prints them",
        HelpName = "FILE",
    };

    private readonly Option<string?> _eventLog = new("--event-log")
    {
        Description = "The event log of that boot, such as binary_bios_measurements",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _labels = Labels.Option();

    private readonly Option<string> _trust = new("--trust")
    {
        Description = "What the machine's trust rests on",
        DefaultValueFactory = _ => TrustLevel.PreRegistered,
    };

    public EvidenceOptions() => _trust.AcceptOnlyFromAmong([.. TrustLevel.All]);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _evidence, _registers, _eventLog, _labels, _trust })
        {
            command.Options.Add(option);
        }
    }

    public bool IsGiven(Invocation call) => call.Get(_evidence) is not null || call.Get(_registers) is not null;

    /// <exception cref="UsageException">A file is not what it should be.</exception>
    public StatedBoot Boot(Invocation call)
    {
        if (call.Get(_evidence) is not null == call.Get(_registers) is not null)
        {
            throw new UsageException("give one of --evidence and --registers");
        }

        var file = (call.Get(_evidence) ?? call.Get(_registers))!;
        var evidence = Read(file);
        var log = call.Get(_eventLog) is { } path ? InputFile.Read(path) : evidence.EventLog;
        return StatedBoot.Of(evidence.State, log);
    }

    public MachineFacts Machine(Invocation call) => new(
        Shortened.MachinePrefix + new string('0', 64),
        "stated",
        call.Get(_trust),
        Labels.Parse(call.Get(_labels)).ToDictionary(label => label.Key, label => (string)label.Value!));

    private static EvidenceFile Read(string file)
    {
        try
        {
            return EvidenceFile.Read(InputFile.Read(file));
        }
        catch (FormatException malformed)
        {
            throw new UsageException($"'{file}': {malformed.Message}");
        }
    }
}
