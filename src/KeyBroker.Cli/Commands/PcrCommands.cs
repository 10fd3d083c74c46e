using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands;

/// <summary>pcr: reads registers, and for development extends them.</summary>
internal static class PcrCommands
{
    public static Command Create(Terminal terminal) => new("pcr", "The registers of this machine's TPM")
    {
        Read(terminal),
        Extend(terminal),
        Replay(terminal),
    };

    private static Command Read(Terminal terminal)
    {
        var pcrs = new Option<string?>("--pcrs") { Description = "Registers to read, default sha256:0-15", HelpName = "SELECTION" };
        return new Command("read", "Reads registers, for policy files") { pcrs }
            .WithExamples("keybroker pcr read", "keybroker pcr read --pcrs sha256:0-7 --output json > registers.json")
            .Runs(terminal, call =>
        {
            var values = LocalTpm.Read(call.Tpm, call.Get(pcrs));
            return call.Answer(values, () => Print(call.Terminal, values));
        });
    }

    private static Command Extend(Terminal terminal)
    {
        var index = new Argument<int>("index") { Description = "The register, 0 to 23" };
        var data = new Option<string>("--data") { Description = "The text whose hash is measured", Required = true };
        return new Command("extend", "Development aid: extends a register as a boot stage would, until the TPM is reset")
        {
            index, data,
        }.WithExamples("keybroker pcr extend 4 --data 'kernel 6.1'").Runs(terminal, call =>
        {
            LocalTpm.Extend(call.Tpm, call.Get(index), Encoding.UTF8.GetBytes(call.Get(data)));
            return ExitCode.Done;
        });
    }

    private static Command Replay(Terminal terminal)
    {
        var log = new Argument<string>("log") { Description = "An event log, such as policies/samples/boots/firmware-1.27.log" };
        return new Command("replay", "Development aid: extends the registers as the boot that wrote an event log did, until the TPM is reset") { log }
            .WithExamples("keybroker pcr replay policies/samples/boots/firmware-1.27.log")
            .Runs(terminal, call =>
            {
                var events = EventLog.Parse(InputFile.Read(call.Get(log))).Events.Where(entry => entry.Extends);
                var extensions = events.Select(entry => ((int)entry.Pcr, Digest(entry))).ToList();
                LocalTpm.Extend(call.Tpm, extensions);
                call.Terminal.Done($"{extensions.Count} extensions");
                return ExitCode.Done;
            });
    }

    private static byte[] Digest(LogEvent entry) => entry.Find(TpmAlgorithm.Sha256)?.ToArray()
        ?? throw new FormatException($"event {entry.Number} has no SHA-256 digest");

    private static void Print(Terminal terminal, JsonObject banks)
    {
        foreach (var (bank, values) in banks)
        {
            foreach (var (index, value) in values!.AsObject())
            {
                terminal.Line($"{bank}:{index} {value}");
            }
        }
    }
}
