using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin audit list: the newest records, and with --follow those to come.</summary>
internal static class AdminAuditList
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public static Command Create(Terminal terminal)
    {
        var limit = new Option<int>("--limit") { Description = "How many of the newest", HelpName = "N", DefaultValueFactory = _ => 50 };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes, until Ctrl-C" };
        var filter = new AuditFilter();
        var command = new Command("list", "Lists the newest records, the last one last") { limit, follow };
        filter.AddTo(command);
        return command
            .WithExamples(
                "keybroker admin audit list",
                "keybroker admin audit list --outcome denied --machine web-1",
                "keybroker admin audit list --follow --limit 0")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var names = await MachineNames.OfAsync(admin, call.Cancelled);
                var wanted = filter.Of(call, names);
                var last = await AuditTail.LastAsync(admin, call.Cancelled);
                var after = Math.Max(0, last - call.Get(limit));
                var print = new AuditRows(call, names);
                if (!call.Get(follow))
                {
                    print.All(await RecordsAsync(admin, after, wanted, call.Cancelled));
                    return ExitCode.Done;
                }

                return await FollowAsync(call, admin, after, record => wanted(record) ? print.One(record) : false);
            });
    }

    private static async Task<IReadOnlyList<JsonObject>> RecordsAsync(
        BrokerAdministration admin, long after, Func<JsonObject, bool> wanted, CancellationToken cancellationToken)
    {
        var records = new List<JsonObject>();
        await foreach (var entry in admin.ItemsAsync("audit", after.ToString(CultureInfo.InvariantCulture), cancellationToken))
        {
            if (AdminAuditCommands.Record(entry) is var record && wanted(record))
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static async Task<int> FollowAsync(
        Invocation call, BrokerAdministration admin, long after, Func<JsonObject, bool> take)
    {
        try
        {
            while (true)
            {
                await foreach (var entry in admin.ItemsAsync("audit", after.ToString(CultureInfo.InvariantCulture), call.Cancelled))
                {
                    _ = take(AdminAuditCommands.Record(entry));
                    after = (long?)entry["seq"] ?? after;
                }

                await Task.Delay(s_pause, TimeProvider.System, call.Cancelled);
            }
        }
        catch (OperationCanceledException) when (call.Cancelled.IsCancellationRequested)
        {
            // Ctrl-C is how following ends.
            return ExitCode.Done;
        }
    }
}
