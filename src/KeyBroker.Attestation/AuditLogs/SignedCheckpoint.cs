using System.Buffers.Binary;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>A checkpoint with all that it takes to check it: a TPM2_NV_Certify of the counter over its text. Reading one proves nothing: <see cref="Check"/> does.</summary>
public sealed record SignedCheckpoint
{
    private const NvAttributes Writers =
        NvAttributes.OwnerWrite | NvAttributes.PlatformWrite | NvAttributes.PolicyWrite | NvAttributes.PolicyDelete;

    /// <summary>A <see cref="CheckpointBody"/>.</summary>
    public required string Text { get; init; }

    /// <summary>TPMS_ATTEST (Part 2, 10.12.12), as signed.</summary>
    public required byte[] Attest { get; init; }

    /// <summary>TPMT_SIGNATURE (Part 2, 11.3.4).</summary>
    public required byte[] Signature { get; init; }

    /// <summary>TPMS_NV_PUBLIC (Part 2, 13.5) of the counter.</summary>
    public required byte[] Counter { get; init; }

    /// <summary>TPM2B_PUBLIC of the key that signed.</summary>
    public required byte[] AttestationKey { get; init; }

    /// <summary>A sink's own note: the record it stands behind, where it came later than the last one it is over.</summary>
    public long? Behind { get; init; }

    /// <summary>A sink's own note, as <see cref="LogEntry.Commit"/> is.</summary>
    public long? Commit { get; init; }

    /// <summary>Whether a line is one, and no record: as exports have it, or as it was published.</summary>
    public static bool IsOne(ReadOnlySpan<byte> line) => line.StartsWith("{\"checkpoint\":"u8) || line.StartsWith("{\"ak\":"u8);

    /// <exception cref="CheckpointException">Something else.</exception>
    public static SignedCheckpoint Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var members = StrictJson.ParseObject(json, "checkpoint", "attest", "signature", "counter", "ak", "behind", "commit");
            return new SignedCheckpoint
            {
                Text = members.Text("checkpoint"),
                Attest = members.Bytes("attest"),
                Signature = members.Bytes("signature"),
                Counter = members.Bytes("counter"),
                AttestationKey = members.Bytes("ak"),
                Behind = members.OptionalInt64("behind"),
                Commit = members.OptionalInt64("commit"),
            };
        }
        catch (DeniedException malformed)
        {
            throw new CheckpointException($"it is not a checkpoint: {malformed.Message}", malformed);
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["checkpoint"] = Text,
            ["attest"] = Base64Url.Encode(Attest),
            ["signature"] = Base64Url.Encode(Signature),
            ["counter"] = Base64Url.Encode(Counter),
            ["ak"] = Base64Url.Encode(AttestationKey),
        };
        Note("behind", Behind);
        Note("commit", Commit);
        return json;

        void Note(string name, long? number)
        {
            if (number is not null)
            {
                json[name] = number;
            }
        }
    }

    /// <summary>Whose TPM the key is in, is for the caller to judge by the key's name.</summary>
    /// <exception cref="CheckpointException">Which step fails.</exception>
    public (CheckpointBody Body, TpmName Signer) Check()
    {
        try
        {
            var area = TpmPublic.ParseSized(AttestationKey);
            var key = Endorsements.AttestationKey.Check(area);
            Require(key.Verifies(Attest, TpmSignature.Parse(Signature)), "its signature is not by its key");
            var attest = Tpm.Structures.Attest.Parse(Attest);
            Require(
                new TpmName(attest.QualifiedSigner) == StorageChain.QualifiedName(TpmName.OfHandle(TpmHandle.Endorsement), area),
                "its key is no primary key of the endorsement hierarchy");
            Require(attest.ExtraData.Span.SequenceEqual(CheckpointBody.QualifyingData(Text)), "the TPM signed another text");
            var body = CheckpointBody.Parse(Text);
            Require(IsOf(attest, NvPublic.Parse(Counter), body.Counter), "the TPM's counter has not the value it names");
            return (body, area.Name);
        }
        catch (Exception malformed) when (malformed is TpmFormatException or DeniedException)
        {
            throw new CheckpointException($"it does not hold: {malformed.Message}", malformed);
        }
    }

    /// <summary>The counter is one that only its own secret counts up, and that nobody writes.</summary>
    private static bool IsOf(Attest attest, NvPublic counter, long value) =>
        attest.Nv is { Offset: 0, Contents.Length: sizeof(ulong) } certified
        && certified.IndexName == counter.Name
        && counter.Attributes.HasFlag(NvAttributes.Counter | NvAttributes.AuthWrite | NvAttributes.Written)
        && (counter.Attributes & Writers) == 0
        && BinaryPrimitives.ReadUInt64BigEndian(certified.Contents.Span) == (ulong)value;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CheckpointException(otherwise);
        }
    }
}
