using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>Records of the audit for people, whole or as they come.</summary>
internal sealed class AuditRows(Invocation call, MachineNames names)
{
    private static readonly string[] s_columns = ["SEQ", "AT", "OP", "RESOURCE", "OUTCOME", "CODE", "WHO"];

    public void All(IReadOnlyList<JsonObject> records) => call.Answer(
        Items.ToJson(records), () => call.Terminal.Table(s_columns, records.Select(Row)));

    /// <summary>One line each, for what has no end.</summary>
    public bool One(JsonObject record)
    {
        if (call.WantsJson)
        {
            call.Terminal.JsonLine(record);
        }
        else
        {
            call.Terminal.Line(string.Join(call.Terminal.Aligns ? "  " : "\t", Row(record).Select(cell => cell ?? "-")));
        }

        return true;
    }

    private string?[] Row(JsonObject record) =>
    [
        record["seq"]?.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds((long?)record["at"] ?? 0).ToString("u"),
        (string?)record["op"],
        Resource(record),
        (string?)record["outcome"],
        (string?)record["code"],
        names.Of((string?)record["machine"]) ?? (string?)record["peer"],
    ];

    // A machine is in the last column, by its name.
    private static string? Resource(JsonObject record) =>
        (string?)record["resource"] is { } resource && !resource.StartsWith("machines/", StringComparison.Ordinal) ? resource : null;
}
