using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.EventLogs;

/// <summary>Logs of real machines that other projects published: read, replayed, and changed at random.</summary>
public sealed class PublishedLogTests
{
    private const int MutationsPerLog = 60;

    // Its manifest says that secure boot is on, its one measured SecureBoot variable says 0.
    private const string Contradicted = "gtt-log-ubuntu-1804-amd-sev";

    [Fact]
    public void Replays_each_published_log_to_the_registers_its_origin_names()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        Assert.All(Readable(), entry =>
        {
            var log = EventLog.Parse(PublishedCorpus.Read(entry, "log"), KindOf(entry));
            foreach (var (bank, registers) in (JsonObject?)entry["expected"]!["pcrs"] ?? [])
            {
                Assert.True(PcrBanks.TryParse(bank, out var algorithm));
                var replay = LogReplay.Of(log, algorithm);
                Assert.All((JsonObject)registers!, register => Assert.True(replay.Explains(
                    int.Parse(register.Key, CultureInfo.InvariantCulture), Convert.FromHexString((string)register.Value!))));
            }
        });
    }

    [Fact]
    public void Tells_of_each_published_boot_what_its_origin_tells()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var told = 0;
        foreach (var entry in Readable().Where(entry => KindOf(entry) == LogKind.Tpm && StateOf(entry) is not null))
        {
            var expected = entry["expected"]!;
            if (ReplayedLog.Check(PublishedCorpus.Read(entry, "log"), StateOf(entry)!).Facts.GetValueOrDefault(TpmAlgorithm.Sha256) is not { } facts)
            {
                continue;
            }

            told++;
            var secureBoot = (string)entry["id"]! == Contradicted ? false : (bool?)expected["secure_boot"];
            Assert.Equal(secureBoot ?? facts.SecureBoot, facts.SecureBoot);
            Assert.Subset(
                facts.Images?.ToHashSet(StringComparer.Ordinal) ?? [],
                (expected["efi_app_digests"]?["sha256"]?.AsArray() ?? []).Select(digest => (string)digest!).ToHashSet(StringComparer.Ordinal));
            if ((string?)expected["kernel_cmdline"] is { } commandLine)
            {
                Assert.Contains(commandLine.TrimEnd('\0'), facts.CommandLines!.Value);
            }
        }

        Assert.True(told > 20, $"{told} told");
    }

    // A decoder meets hostile bytes with its own exception or with a log, and never with anything else.
    [Fact]
    public void Meets_random_changes_of_real_logs_with_its_own_exception_only()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var source = new MutationSource(seed: 20261126);
        var (read, refused) = (0, 0);
        foreach (var original in Readable().Where(entry => KindOf(entry) == LogKind.Tpm).Select(entry => PublishedCorpus.Read(entry, "log")))
        {
            for (var i = 0; i < MutationsPerLog; i++)
            {
                _ = Survives(source.Mutate(original)) ? read++ : refused++;
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    private static IEnumerable<JsonNode> Readable() => PublishedCorpus.Of("eventlog")
        .Where(entry => (string?)entry["outcome"] == "accept" && (string?)entry["subkind"] != "spec_id_event_fragment");

    // The registers of the case, and those it does not name as never extended; none where the log is of no whole boot.
    private static MeasuredState? StateOf(JsonNode entry)
    {
        if (entry["expected"]!["pcrs"]?["sha256"] is not JsonObject { Count: > 8 } values)
        {
            return null;
        }

        return MeasuredState.DangerousFromValues(Enumerable.Range(0, 24).ToDictionary(
            pcr => (TpmAlgorithm.Sha256, pcr),
            pcr => (string?)values[pcr.ToString(CultureInfo.InvariantCulture)] is { } value ? Convert.FromHexString(value) : new byte[32]));
    }

    private static LogKind KindOf(JsonNode entry) =>
        (string?)entry["subkind"] == "ccel" ? LogKind.ConfidentialComputing : LogKind.Tpm;

    private static bool Survives(byte[] bytes)
    {
        try
        {
            var log = EventLog.Parse(bytes);
            foreach (var bank in log.Banks)
            {
                Everything(log, bank, bytes);
            }

            return true;
        }
        catch (EventLogException)
        {
            return false;
        }
    }

    // The state that the log itself replays to, so that every reader of facts meets the changed bytes.
    private static void Everything(EventLog log, TpmAlgorithm bank, byte[] bytes)
    {
        var replay = LogReplay.Of(log, bank);
        _ = LogStructure.Judge(log, replay);
        _ = LogStructure.Altered(log, replay).ToList();
        var state = MeasuredState.DangerousFromValues(Enumerable.Range(0, 24).ToDictionary(
            pcr => (bank, pcr),
            pcr => replay.Registers.TryGetValue(pcr, out var register) ? register.Value.ToArray() : new byte[PcrBanks.SizeOf(bank)]));
        var explained = replay.Registers.Values.Where(register => register.IsDetermined).ToDictionary(register => register.Pcr);
        _ = Attestation.EventLogs.Facts.FactReader.Read(bank, state, explained);
        try
        {
            _ = ReplayedLog.Check(bytes, state);
        }
        catch (DeniedException)
        {
            // The other way to say no, and the one that callers see.
        }
    }
}
