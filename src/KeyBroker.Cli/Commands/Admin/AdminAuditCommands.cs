using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin audit: what happened, and the proof that nothing of it was changed.</summary>
internal static class AdminAuditCommands
{
    public static Command Create(Terminal terminal) => new("audit", "The broker's record of everything it did or refused")
    {
        AdminAuditList.Create(terminal),
        Export(terminal),
        AdminAuditVerify.Create(terminal),
    };

    private static Command Export(Terminal terminal)
    {
        var after = new Option<long>("--after") { Description = "Only what follows this record", HelpName = "SEQ" };
        return new Command("export", "Prints all records with their hashes, one line of JSON each, for 'audit verify'") { after }
            .WithExamples(
                "keybroker admin audit export > audit.jsonl",
                "keybroker admin audit export --after 5000 >> audit.jsonl")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var start = call.Get(after).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await foreach (var entry in admin.ItemsAsync("audit", start, call.Cancelled))
                {
                    call.Terminal.JsonLine(entry);
                }

                return ExitCode.Done;
            });
    }

    /// <summary>The record in an entry.</summary>
    public static JsonObject Record(JsonObject entry) =>
        JsonNode.Parse((string?)entry["record"] ?? "{}") as JsonObject ?? [];
}
