using System.CommandLine;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit checkpoint: what to keep elsewhere, so that nobody can go back behind it unseen.</summary>
internal static class AuditCheckpointCommand
{
    public static Command Create(Terminal terminal)
    {
        var now = new Option<bool>("--now") { Description = "Have one made first, over the broker's Unix socket" };
        return new Command("checkpoint", "Prints the newest checkpoint of the audit log, to keep elsewhere") { now }
            .WithExamples("keybroker audit checkpoint > kept.json", "keybroker audit checkpoint --now")
            .Runs(terminal, async call =>
            {
                if (call.Get(now))
                {
                    using var admin = call.Administration();
                    call.Terminal.JsonLine(await admin.PostAsync("audit/checkpoints", [], call.Cancelled));
                }
                else
                {
                    call.Terminal.JsonLine(await PublicBroker.GetAsync(call.BrokerUrl(), "/v1/broker/audit/checkpoint", call.Cancelled));
                }

                return ExitCode.Done;
            });
    }
}
