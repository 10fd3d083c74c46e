using System.CommandLine;
using System.Text;
using KeyBroker.Attestation.Policies;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>Where a recorded boot comes from: this machine's TPM and firmware, or an attestation that a broker has kept.</summary>
internal sealed class RecordSource
{
    private readonly Option<string?> _eventLog = new("--event-log")
    {
        Description = $"The event log of this boot; by default {EventLogFile.FirmwareLog}, where it can be read",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noEventLog = new("--no-event-log") { Description = "Record the registers alone" };

    private readonly Option<string?> _attestation = new("--attestation")
    {
        Description = "Instead of this machine's TPM, an attestation that the broker has kept: its id, or the beginning of it",
        HelpName = "ID",
    };

    private readonly Option<string?> _machine = new("--machine") { Description = "Instead, the newest attestation of this machine" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _attestation, _machine, _eventLog, _noEventLog })
        {
            command.Options.Add(option);
        }
    }

    public async Task<StatedBoot> BootAsync(Invocation call, string selection)
    {
        var stored = call.Get(_attestation) is not null || call.Get(_machine) is not null;
        var (evidence, found) = stored ? await StoredAsync(call) : (Local(call.Tpm, selection), null);
        return StatedBoot.Of(evidence.State, call.Get(_noEventLog) ? null : Log(call, stored) ?? found);
    }

    private static EvidenceFile Local(string tcti, string selection) =>
        EvidenceFile.Read(Encoding.UTF8.GetBytes(LocalTpm.Read(tcti, selection).ToJsonString()));

    // The firmware's own log is about this machine's TPM and no other.
    private ReadOnlyMemory<byte>? Log(Invocation call, bool stored)
    {
        var log = call.Get(_eventLog) is { } file ? EventLogFile.At(file) : stored ? EventLogFile.None : EventLogFile.Firmware;
        return log.Read(call.Tpm) is { } bytes ? bytes : (ReadOnlyMemory<byte>?)null;
    }

    private async Task<(EvidenceFile Evidence, ReadOnlyMemory<byte>? Log)> StoredAsync(Invocation call)
    {
        using var admin = call.Administration();
        var stored = await StoredAttestations.FindAsync(admin, (call.Get(_attestation), call.Get(_machine)), call.Cancelled);
        var log = await StoredAttestations.EventLogAsync(admin, (string)stored["jti"]!, call.Cancelled);
        return (EvidenceFile.Read(Encoding.UTF8.GetBytes(stored.ToJsonString())), log);
    }
}
