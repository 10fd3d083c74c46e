using System.CommandLine;
using System.Text;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>audit consistency: asks the broker whether its log still begins with the one of a checkpoint that was kept.</summary>
internal static class AuditConsistencyCommand
{
    public static Command Create(Terminal terminal)
    {
        var kept = new Argument<string>("checkpoint") { Description = "A checkpoint as 'audit checkpoint' printed it" };
        var signer = new SignerOption();
        var command = new Command("consistency", "Checks with the broker's proof that its log goes on from a checkpoint that was kept") { kept };
        signer.AddTo(command);
        return command
            .WithExamples("keybroker audit consistency kept.json --ak keys.json")
            .Runs(terminal, async call =>
            {
                var newest = await PublicBroker.GetAsync(call.BrokerUrl(), "/v1/broker/audit/checkpoint", call.Cancelled);
                var check = new ConsistencyCheck(
                    ConsistencyCheck.Read(call.Get(kept)), SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(newest.ToJsonString())), signer.Of(call));
                var (from, to) = (Math.Min(check.First.Size, check.Second.Size), check.Second.Size);
                var proof = await PublicBroker.GetAsync(call.BrokerUrl(), $"/v1/broker/audit/consistency?from={from}&to={to}", call.Cancelled);
                return check.Report(call, ConsistencyCheck.Hashes(proof));
            });
    }
}
