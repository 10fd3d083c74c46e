using System.Security.Cryptography;
using System.Text;
using KeyBroker.Cli;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>The update that locks nobody out, on a real TPM that was extended with what its event log says.</summary>
public sealed class FirmwareStoryTests
{
    private const string Policy = """
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web }, trust: [approved] }
          pcrs: { baselines: ["fleet/*"] }
          grants: [ { keys: ["web/*"], allow: [create, read, sign, rotate] } ]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_with_new_firmware_is_denied_explained_recorded_tried_and_let_in()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.StartAsync(broker, "web-1");
        await machine.DoAsync("enroll", "web-1");
        await machine.DoAsync("admin", "machines", "approve", "web-1", "--label", "role=web");
        await File.WriteAllTextAsync(Path.Combine(broker.PolicyDirectory, "web-tier.yaml"), Policy, Cancellation);

        // The known good boot: recorded from the machine itself.
        var july = await BootAsync(machine, "1.27");
        await machine.DoAsync(
            "policy", "record", "--name", "fleet/july", "--event-log", july, "--out", Path.Combine(broker.PolicyDirectory, "july.yaml"));
        await machine.DoAsync("admin", "policies", "reload");
        await machine.DoAsync("attest", "--event-log", july);
        await machine.DoAsync("key", "create", "web/signer");

        // The firmware changes, and the machine is denied.
        await machine.Tpm.ResetAsync();
        var august = await BootAsync(machine, "1.28");
        var denied = await machine.RunAsync("attest", "--event-log", august);
        Assert.Equal(ExitCode.Denied, denied.ExitCode);
        Assert.Contains("PCR 0 (sha256) differs; expected: fleet/july", denied.Error);

        // Why: one event.
        var why = await machine.RunAsync("policy", "explain", "--machine", "web-1");
        Assert.Equal(ExitCode.Denied, why.ExitCode);
        Assert.Contains("first differs from baseline fleet/july at event 1", why.Text);
        Assert.Contains("EV_S_CRTM_VERSION 1.28", why.Text);
        Assert.DoesNotContain("PCR 4", why.Text);

        // The baseline of the new boot, made of what the broker kept.
        var draft = broker.NewFolder("draft");
        foreach (var file in Directory.GetFiles(broker.PolicyDirectory))
        {
            File.Copy(file, Path.Combine(draft, Path.GetFileName(file)));
        }

        await machine.DoAsync("policy", "record", "--name", "fleet/august", "--machine", "web-1", "--out", Path.Combine(draft, "august.yaml"));
        await LosesNobodyAsync(machine, draft);

        // In force, and the machine is let in again.
        File.Copy(Path.Combine(draft, "august.yaml"), Path.Combine(broker.PolicyDirectory, "august.yaml"));
        await machine.DoAsync("admin", "policies", "reload");
        await machine.DoAsync("attest", "--event-log", august);
        await machine.DoAsync("key", "sign", "web/signer", "--message", "m");
        Assert.Contains("held    ", await machine.DoAsync("policy", "explain", "--machine", "web-1"));
        await SaysWhatIsOfNoUseAsync(machine);
    }

    private static async Task LosesNobodyAsync(Workload machine, string draft)
    {
        Assert.Contains("0 machines lose, 1 gain, by 2 states of 1 machines", await machine.DoAsync("policy", "what-if", draft));
        var difference = await machine.DoAsync("policy", "diff", "--in-force", draft);
        Assert.Contains("baseline fleet/august added (named by web-tier)", difference);
        Assert.Contains("gains web-1", difference);

        // The other way to edit: the new value in place of the old one.
        File.Delete(Path.Combine(draft, "july.yaml"));
        var bold = await machine.RunAsync("policy", "what-if", draft);
        Assert.Equal(ExitCode.Denied, bold.ExitCode);
        Assert.Contains("loses web-1, in an older state", bold.Text);
    }

    private static async Task SaysWhatIsOfNoUseAsync(Workload machine)
    {
        var status = await machine.DoAsync("policy", "status");
        Assert.Contains("Grants that nobody used in 30 days", status);
        Assert.Contains("web-tier\tkeys\tweb/*\trotate", status);
        Assert.DoesNotContain("matched", status);
    }

    /// <summary>Extends the TPM as this boot would; gives the file of its log.</summary>
    private static async Task<string> BootAsync(Workload machine, string firmware)
    {
        var boot = BootLog.Honest();
        boot.Events[0] = boot.Events[0] with { Data = Encoding.Unicode.GetBytes(firmware + "\0") };
        using (var tpm = machine.Tpm.Open())
        {
            foreach (var entry in boot.Events.Where(entry => entry.Extends))
            {
                tpm.Execute(PcrExtend.Of((int)entry.Pcr, TpmAlgorithm.Sha256, SHA256.HashData(entry.Measured ?? entry.Data)));
            }
        }

        var log = Path.Combine(machine.State, firmware + ".log");
        await File.WriteAllBytesAsync(log, boot.ToBytes(), Cancellation);
        return log;
    }
}
