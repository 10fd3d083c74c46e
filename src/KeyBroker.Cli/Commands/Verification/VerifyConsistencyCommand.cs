using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Audit;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify consistency: two checkpoints and a proof, without any broker.</summary>
internal static class VerifyConsistencyCommand
{
    public static Command Create(Terminal terminal)
    {
        var older = new Argument<string>("older") { Description = "A checkpoint of the audit log" };
        var newer = new Argument<string>("newer") { Description = "A later one" };
        var proof = new Argument<string>("proof") { Description = "What GET /v1/broker/audit/consistency gave" };
        var signer = new SignerOption();
        var command = new Command("consistency", "Checks that the audit log of one checkpoint is the beginning of that of another") { older, newer, proof };
        signer.AddTo(command);
        return command
            .WithExamples("keybroker verify consistency monday.json friday.json proof.json --ak keys.json")
            .Runs(terminal, call =>
            {
                var check = new ConsistencyCheck(ConsistencyCheck.Read(call.Get(older)), ConsistencyCheck.Read(call.Get(newer)), signer.Of(call));
                var hashes = StrictJson.ParseNode(InputFile.Read(call.Get(proof))) as JsonObject ?? throw new FormatException("the proof is no JSON object");
                return check.Report(call, ConsistencyCheck.Hashes(hashes));
            });
    }
}
