using System.CommandLine;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit: the broker's record as others can check it.</summary>
internal static class AuditCommands
{
    public static Command Create(Terminal terminal) => new("audit", "Checks the broker's record of what it did, mostly without asking it")
    {
        AuditExportCommand.Create(terminal),
        AuditVerifyCommand.Create(terminal),
        AuditCheckpointCommand.Create(terminal),
        AuditConsistencyCommand.Create(terminal),
        AuditProveCommand.Create(terminal),
    };
}
