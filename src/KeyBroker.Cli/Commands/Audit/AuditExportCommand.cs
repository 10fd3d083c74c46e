using System.CommandLine;
using System.Globalization;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit export: the log as lines, over the broker's Unix socket.</summary>
internal static class AuditExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var after = new Option<long>("--after") { Description = "Only what follows this record", HelpName = "SEQ" };
        return new Command("export", "Prints records and checkpoints, one line of JSON each, for 'audit verify'") { after }
            .WithExamples(
                "keybroker audit export > audit.jsonl",
                "keybroker audit export --after 5000 >> audit.jsonl")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var start = call.Get(after).ToString(CultureInfo.InvariantCulture);
                return await admin.DownloadAsync($"audit/export?after={start}", (body, cancelled) => CopyAsync(call, body, cancelled), call.Cancelled);
            });
    }

    private static async Task<int> CopyAsync(Invocation call, Stream body, CancellationToken cancellationToken)
    {
        var part = new byte[64 * 1024];
        for (var count = await body.ReadAsync(part, cancellationToken); count > 0; count = await body.ReadAsync(part, cancellationToken))
        {
            call.Terminal.Raw(part.AsSpan(0, count));
        }

        return ExitCode.Done;
    }
}
