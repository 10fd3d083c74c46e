using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Audit;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin audit: what happened, and the proof that nothing of it was changed.</summary>
internal static class AdminAuditCommands
{
    public static Command Create(Terminal terminal) => new("audit", "The broker's record of everything it did or refused")
    {
        AdminAuditList.Create(terminal),
        AuditExportCommand.Create(terminal),
        AuditVerifyCommand.Create(terminal),
    };

    /// <summary>The record in an entry.</summary>
    public static JsonObject Record(JsonObject entry) =>
        JsonNode.Parse((string?)entry["record"] ?? "{}") as JsonObject ?? [];
}
