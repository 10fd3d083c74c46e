using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit checkpoint: what to keep elsewhere, so that nobody can go back behind it unseen.</summary>
internal static class AuditCheckpointCommand
{
    public static Command Create(Terminal terminal)
    {
        var now = new Option<bool>("--now") { Description = "Have one made first, over the broker's Unix socket" };
        var signer = new SignerOption();
        var command = new Command("checkpoint", "Prints the newest checkpoint of the audit log, to keep elsewhere") { now };
        signer.AddTo(command);
        return command
            .WithExamples("keybroker audit checkpoint > kept.json", "keybroker audit checkpoint --now")
            .Runs(terminal, async call =>
            {
                var checkpoint = await GetAsync(call, call.Get(now));
                Require(checkpoint, signer.Of(call));
                call.Terminal.JsonLine(checkpoint);
                return ExitCode.Done;
            });
    }

    private static async Task<JsonObject> GetAsync(Invocation call, bool now)
    {
        if (!now)
        {
            return await PublicBroker.GetAsync(call.BrokerUrl(), "/v1/broker/audit/checkpoint", call.Cancelled);
        }

        using var admin = call.Administration();
        return await admin.PostAsync("audit/checkpoints", [], call.Cancelled);
    }

    // Whoever keeps something else finds that out years later, when it would have been needed.
    private static void Require(JsonObject checkpoint, TpmName? signer)
    {
        var (_, by) = SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(checkpoint.ToJsonString())).Check();
        if (signer is not null && signer != by)
        {
            throw new CheckpointException($"it is signed by {by}, another TPM's key");
        }
    }
}
