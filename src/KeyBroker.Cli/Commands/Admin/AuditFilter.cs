using System.CommandLine;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>Which records of the audit are wanted.</summary>
internal sealed class AuditFilter
{
    private readonly Option<string?> _machine = new("--machine") { Description = "Only of this machine: id, its beginning, or name" };
    private readonly Option<string?> _operation = new("--op") { Description = "Only this operation, like sign", HelpName = "OP" };
    private readonly Option<string?> _outcome = new("--outcome") { Description = "Only with this outcome" };

    public AuditFilter() => _outcome.AcceptOnlyFromAmong("done", "denied", "failed");

    public void AddTo(Command command)
    {
        command.Options.Add(_machine);
        command.Options.Add(_operation);
        command.Options.Add(_outcome);
    }

    public Func<JsonObject, bool> Of(Invocation call, MachineNames names)
    {
        var machine = call.Get(_machine) is { } wanted ? names.Find(wanted) : null;
        var (operation, outcome) = (call.Get(_operation), call.Get(_outcome));
        return record => Fits(record, "machine", machine) && Fits(record, "op", operation) && Fits(record, "outcome", outcome);
    }

    private static bool Fits(JsonObject record, string member, string? wanted) =>
        wanted is null || (string?)record[member] == wanted;
}
