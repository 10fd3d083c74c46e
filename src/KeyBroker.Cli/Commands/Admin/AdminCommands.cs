using System.CommandLine;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin: what an administrator does on the broker's host.</summary>
internal static class AdminCommands
{
    public static Command Create(Terminal terminal) => new("admin", "Administration, over the broker's Unix socket")
    {
        AdminMachineCommands.Create(terminal),
        AdminKeyCommands.Create(terminal),
        AdminSecretCommands.Create(terminal),
        AdminPolicyCommands.Create(terminal),
        AdminAttestationCommands.Create(terminal),
        AdminAuditCommands.Create(terminal),
        AdminSigningKeyCommands.Create(terminal),
        AdminVerifierCommands.Create(terminal),
        AdminBackupCommand.Create(terminal),
    };
}
