using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Client;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>Whether two checkpoints are of one log that only grew.</summary>
internal sealed class ConsistencyCheck(SignedCheckpoint first, SignedCheckpoint second, TpmName? signer)
{
    public CheckpointBody First { get; } = Open(first, signer);

    public CheckpointBody Second { get; } = Open(second, signer ?? first.Check().Signer);

    public static SignedCheckpoint Read(string path) => SignedCheckpoint.Parse(InputFile.Read(path).AsSpan().Trim(" \r\n\t"u8).ToArray());

    public static IReadOnlyList<byte[]> Hashes(JsonObject proof) =>
        [.. (proof["proof"] as JsonArray ?? []).Select(hash => Base64Url.TryDecode(Text(hash)) ?? throw new FormatException("a hash of the proof is no base64url"))];

    /// <summary>What is wrong, or null.</summary>
    public string? Fault(IReadOnlyList<byte[]> proof)
    {
        if (First.Log != Second.Log)
        {
            return "they are of different logs";
        }

        if (First.Size > Second.Size || (First.Size == Second.Size) != (First.Counter == Second.Counter) || First.Counter > Second.Counter)
        {
            return $"counter {First.Counter} is over {First.Size} records, counter {Second.Counter} over {Second.Size}: the log was rolled back";
        }

        return MerkleProof.ShowsConsistency((First.Size, First.Root), (Second.Size, Second.Root), proof)
            ? null
            : $"the log over {Second.Size} records does not begin with that over {First.Size}";
    }

    public int Report(Invocation call, IReadOnlyList<byte[]> proof)
    {
        var fault = Fault(proof);
        var json = new JsonObject
        {
            ["valid"] = fault is null,
            ["from"] = First.Size,
            ["to"] = Second.Size,
            ["counters"] = new JsonArray(First.Counter, Second.Counter),
            ["fault"] = fault,
        };
        call.Answer(json, () =>
        {
            if (fault is null)
            {
                call.Terminal.Done($"the log over {Second.Size} records begins with that over {First.Size}");
            }
        });
        SignerOption.Warn(call, signer);
        if (fault is not null)
        {
            call.Terminal.Error(fault);
        }

        return fault is null ? ExitCode.Done : ExitCode.Denied;
    }

    private static string Text(JsonNode? hash) =>
        hash is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FormatException("a hash of the proof is no text");

    private static CheckpointBody Open(SignedCheckpoint signed, TpmName? signer)
    {
        var (body, by) = signed.Check();
        return signer is null || by == signer ? body : throw new CheckpointException($"a checkpoint is signed by {by}, another TPM's key");
    }
}
