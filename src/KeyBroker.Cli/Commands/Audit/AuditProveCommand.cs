using System.CommandLine;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit prove: for somebody who holds a receipt, that its record is in the log.</summary>
internal static class AuditProveCommand
{
    public static Command Create(Terminal terminal)
    {
        var sequence = new Argument<long>("seq") { Description = "The number of a record, as receipts have it" };
        var size = new Option<long?>("--size") { Description = "In the checkpoint over so many records; default: the newest", HelpName = "RECORDS" };
        return new Command("prove", "Prints a record with the proof that a checkpoint is over it, for 'verify inclusion'") { sequence, size }
            .WithExamples("keybroker audit prove 4711 > proof.json")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var query = call.Get(size) is { } wanted ? $"?size={wanted}" : "";
                call.Terminal.JsonLine(await admin.GetAsync($"audit/{call.Get(sequence)}/proof{query}", call.Cancelled));
                return ExitCode.Done;
            });
    }
}
