using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies.Recording;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy record: the baseline of this machine's boot, or of one that a broker has kept.</summary>
internal static class PolicyRecordCommand
{
    private static readonly Option<string> s_name = new("--name")
    {
        Description = "The baseline's name, such as debian-12/6.1.0-45",
        Required = true,
    };

    private static readonly Option<string?> s_description = new("--description") { Description = "What the boot was, for people" };
    private static readonly Option<string> s_pcrs = new("--pcrs")
    {
        Description = "Registers to record",
        HelpName = "LIST",
        DefaultValueFactory = _ => "0,4,7",
    };

    private static readonly Option<string> s_bank = Bank();
    private static readonly Option<string?> s_from = new("--valid-from")
    {
        Description = "From when it counts, as 2026-09-01 or 2026-09-01T00:00:00Z",
        HelpName = "TIME",
    };

    private static readonly Option<string?> s_until = new("--valid-until") { Description = "Until when it counts, as --valid-from", HelpName = "TIME" };
    private static readonly Option<bool> s_unextended = new("--unextended") { Description = "Registers that were never extended are meant to be so" };

    public static Command Create(Terminal terminal)
    {
        var (source, output) = (new RecordSource(), new PolicyFileOutput());
        var command = new Command("record", "Prints a baseline: the registers of this machine, or of a stored attestation, and the events behind them")
        {
            s_name, s_pcrs, s_bank, s_description, s_from, s_until, s_unextended,
        };
        source.AddTo(command);
        output.AddTo(command);
        return command
            .WithExamples(
                "keybroker policy record --name web/2026-11 --pcrs 0,4,7 --out policies/web-2026-11.yaml",
                "keybroker policy record --name web/2026-11 --attestation 9f2c41d0a7b3 --valid-until 2027-03-01",
                "keybroker policy record --name lab/vm --pcrs 4,7 --no-event-log --unextended")
            .Runs(terminal, async call =>
            {
                var recording = await RecordAsync(call, source);
                var text = recording.Write();
                foreach (var (pcr, why) in recording.WithoutEvents)
                {
                    call.Terminal.ErrorDetail($"warning: PCR {pcr} is recorded without its events: {why}");
                }

                return output.Write(call, Encoding.UTF8.GetBytes(text), new JsonObject { ["name"] = recording.Name, ["file"] = text });
            });
    }

    private static async Task<BaselineRecording> RecordAsync(Invocation call, RecordSource source)
    {
        var (bank, pcrs) = (call.Get(s_bank), call.Get(s_pcrs));
        var selection = $"{bank}:{pcrs}";
        var indices = LocalTpm.IndicesOf(selection);
        var boot = await source.BootAsync(call, selection);
        if (boot.Refusal is { } refusal)
        {
            throw new FormatException($"no baseline is made of this boot: {refusal.Message}");
        }

        _ = PcrBanks.TryParse(bank, out TpmAlgorithm algorithm);
        return new BaselineRecording(boot.State, boot.Events)
        {
            Name = call.Get(s_name),
            Description = call.Get(s_description),
            Bank = algorithm,
            Pcrs = [.. indices],
            ValidFrom = Time(call.Get(s_from)),
            ValidUntil = Time(call.Get(s_until)),
            AcceptsUnextended = call.Get(s_unextended),
        };
    }

    private static DateTimeOffset? Time(string? text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return text is null ? null
            : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, Utc, out var time) ? time
            : throw new UsageException($"'{text}' is no time such as 2026-09-01 or 2026-09-01T00:00:00Z");
    }

    private static Option<string> Bank()
    {
        var bank = new Option<string>("--bank") { Description = "Bank of the registers", DefaultValueFactory = _ => "sha256" };
        bank.AcceptOnlyFromAmong("sha256", "sha384", "sha512");
        return bank;
    }
}
