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
    private static readonly Option<bool> s_withoutNames = new("--without-names")
    {
        Description = "Be content with the place of a record whose identifiers are hashed: its words are not proven, and not shown",
    };

    private static readonly Option<string?> s_receipt = new("--receipt")
    {
        Description = "Require that it is the record of this receipt, which 'verify receipt' checks",
        HelpName = "FILE",
    };

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A proof as 'keybroker audit prove' printed it" };
        var signer = new SignerOption();
        var command = new Command("inclusion", "Shows an audit record that a checkpoint is over; exit code 1 if it is not proven") { file };
        signer.AddTo(command);
        command.Options.Add(s_withoutNames);
        command.Options.Add(s_receipt);
        return command
            .WithExamples("keybroker verify inclusion proof.json --ak keys.json", "keybroker verify inclusion proof.json --ak broker.yaml --receipt signer.jwt")
            .Runs(terminal, call => Verify(call, InputFile.Read(call.Get(file)), signer.Of(call)));
    }

    private static int Verify(Invocation call, byte[] content, TpmName? signer)
    {
        if (Parse(content) is not { } proof || LogEntry.TryParse(Bytes(proof["entry"])) is not { } entry)
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

        // AUD-25: the proof is about the leaf, and nothing ties words that are shown instead of the record's own to it.
        var record = entry.Leaf is null ? Encoding.UTF8.GetString(entry.Record) : null;
        if (record is null && !call.Get(s_withoutNames))
        {
            call.Terminal.Error($"record {entry.Sequence} is shown without its own words, so it is not proven what it says: --without-names asks for its place only");
            return ExitCode.Denied;
        }

        if (call.Get(s_receipt) is { } receipt && (record is null ? "words" : ReceiptMatch.Difference(receipt, record)) is { } difference)
        {
            call.Terminal.Error($"record {entry.Sequence} is not that of the receipt: they differ in '{difference}'");
            return ExitCode.Denied;
        }

        if (call.Get(s_receipt) is not null)
        {
            call.Terminal.ErrorDetail("the signature of the receipt was not looked at: 'verify receipt' does");
        }

        SignerOption.Warn(call, signer);
        return Report(call, entry.Sequence, record, (body, by));
    }

    private static int Report(Invocation call, long sequence, string? record, (CheckpointBody Body, TpmName Signer) by)
    {
        var json = new JsonObject
        {
            ["valid"] = true,
            ["seq"] = sequence,
            ["record"] = record,
            ["size"] = by.Body.Size,
            ["counter"] = by.Body.Counter,
            ["signer"] = by.Signer.ToString(),
        };
        return call.Answer(json, () =>
        {
            call.Terminal.Done($"record {sequence} is one of the {by.Body.Size} of the checkpoint with counter {by.Body.Counter}");
            call.Terminal.Line(record ?? "what it says is not shown");
        });
    }

    private static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "");

    private static JsonObject? Parse(byte[] content)
    {
        try
        {
            return StrictJson.ParseNode(content) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
