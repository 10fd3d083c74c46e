using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Audit;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify inclusion: that a record is in the log of a checkpoint, without any broker.</summary>
internal static class VerifyInclusionCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A proof as 'keybroker audit prove' printed it" };
        var signer = new SignerOption();
        var command = new Command("inclusion", "Shows an audit record that a checkpoint is over; exit code 1 if it is not proven") { file };
        signer.AddTo(command);
        return command
            .WithExamples("keybroker verify inclusion proof.json --ak keys.json")
            .Runs(terminal, call => Verify(call, Encoding.UTF8.GetString(InputFile.Read(call.Get(file))), signer.Of(call)));
    }

    private static int Verify(Invocation call, string text, TpmName? signer)
    {
        if (Parse(text) is not { } proof || LogEntry.TryParse(Bytes(proof["entry"])) is not { } entry)
        {
            call.Terminal.Error("it is not a proof as 'keybroker audit prove' prints it");
            return ExitCode.Denied;
        }

        var (body, by) = SignedCheckpoint.Parse(Bytes(proof["checkpoint"])).Check();
        var isShown = MerkleProof.ShowsInclusion((entry.Sequence - 1, body.Size), entry.LeafHash, ConsistencyCheck.Hashes(proof), body.Root);
        if (!isShown || !entry.IsOneWithItself || (signer is not null && signer != by))
        {
            call.Terminal.Error(isShown && entry.IsOneWithItself ? $"the checkpoint is signed by {by}, another TPM's key" : $"record {entry.Sequence} is not proven");
            return ExitCode.Denied;
        }

        SignerOption.Warn(call, signer);
        var json = new JsonObject
        {
            ["valid"] = true,
            ["seq"] = entry.Sequence,
            ["record"] = Encoding.UTF8.GetString(entry.Record),
            ["size"] = body.Size,
            ["counter"] = body.Counter,
            ["signer"] = by.ToString(),
        };
        return call.Answer(json, () =>
        {
            call.Terminal.Done($"record {entry.Sequence} is one of the {body.Size} of the checkpoint with counter {body.Counter}");
            call.Terminal.Line(Encoding.UTF8.GetString(entry.Record));
        });
    }

    private static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "");

    private static JsonObject? Parse(string text)
    {
        try
        {
            return StrictJson.ParseNode(Encoding.UTF8.GetBytes(text)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
