using System.CommandLine;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>admin: what an administrator does on the broker's host.</summary>
internal static class AdminCommands
{
    public static Command Create(Terminal terminal) => new("admin", "Administration, over the broker's Unix socket")
    {
        AdminMachineCommands.Create(terminal),
        AdminKeyCommands.Create(terminal),
        AdminPolicyCommands.Create(terminal),
        Attestations(terminal),
        AdminBackupCommand.Create(terminal),
    };

    private static Command Attestations(Terminal terminal) =>
        new Command("attestations", "Lists recent attestations with their measurements, as JSON").Runs(terminal, async call =>
        {
            using BrokerAdministration admin = call.Administration();
            call.Terminal.Json(await admin.GetAsync("attestations", call.Cancelled));
            return ExitCode.Done;
        });
}
