using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin backup: a copy of everything the broker keeps, taken while it works.</summary>
internal static class AdminBackupCommand
{
    public static Command Create(Terminal terminal)
    {
        var target = new Argument<string>("target")
        {
            Description = "A new FILE.tar or a new folder, made for its owner only; - is standard output, to encrypt it on its way",
        };
        return new Command("backup", "Copies the broker's whole state while it works; 'keybrokerd check-backup' checks and restores it")
        {
            target,
        }
        .WithExamples("keybroker admin backup keybroker-2026-11-26.tar", "keybroker admin backup - | age -r RECIPIENT > keybroker.tar.age")
        .Runs(terminal, async call =>
        {
            var place = call.Get(target);
            var backup = new BackupTarget(place, call.Terminal);
            using var admin = call.Administration();
            var manifest = await admin.ReceiveAsync("backup", backup.ReceiveAsync, call.Cancelled);
            Warn(call.Terminal, manifest);
            return place == BackupTarget.StandardOutput ? ExitCode.Done : Report(call, place, manifest);
        });
    }

    private static int Report(Invocation call, string place, JsonObject manifest) => call.Answer(manifest, () =>
    {
        call.Terminal.Done($"backup: {place}");
        call.Terminal.Fields(
            ("keys", Count(manifest, "keys")),
            ("secrets", Count(manifest, "secrets")),
            ("machines", Count(manifest, "machines")),
            ("audit records", Count(manifest, "audit")),
            ("home TPM", (string?)manifest["home"]));
    });

    private static void Warn(Terminal terminal, JsonObject manifest)
    {
        if ((bool?)manifest["holdsTpm"] == true)
        {
            terminal.Error("WHOEVER HAS THIS BACKUP HAS EVERY KEY AND SECRET: it holds the embedded TPM. Keep it encrypted.");
        }
        else
        {
            terminal.ErrorDetail("Its keys and secrets are of use only with this broker's TPM: without that TPM they are lost.");
        }
    }

    private static string? Count(JsonObject manifest, string what) => manifest["counts"]?[what]?.ToString();
}
