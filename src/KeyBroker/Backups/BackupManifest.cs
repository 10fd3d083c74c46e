using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Backups;

/// <summary>What a backup says about itself. The MAC is by the sealed root: only this fleet's TPMs can make it or check it.</summary>
internal sealed record BackupManifest
{
    private const string MacLabel = "backup-manifest";
    private const string MacMember = "mac";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Format { get; init; }

    public required string Id { get; init; }

    public required string CreatedAt { get; init; }

    /// <summary>The version of the program that made it.</summary>
    public required string Broker { get; init; }

    public required string Issuer { get; init; }

    /// <summary>The newest migration of the database.</summary>
    public required string Schema { get; init; }

    /// <summary>The name of the storage root key, hex: the home of local keys.</summary>
    public required string Home { get; init; }

    /// <summary>Whether the TPM is in the backup; whoever has such a backup has the keys.</summary>
    public required bool HoldsTpm { get; init; }

    public required string PolicyDigest { get; init; }

    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    public required AuditHead Audit { get; init; }

    public required IReadOnlyList<BackupPart> Parts { get; init; }

    public string? Mac { get; init; }

    /// <exception cref="BackupException">Not a manifest of this format.</exception>
    public static BackupManifest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(json, s_options);
            return manifest is { Format: BackupFormat.Version, Parts: not null, Counts: not null, Audit: not null }
                && manifest.Parts.All(part => part is { Name: not null, Sha256: not null })
                ? manifest
                : throw new BackupException($"the manifest is not of the format {BackupFormat.Version}");
        }
        catch (JsonException malformed)
        {
            throw new BackupException("the manifest is malformed", malformed);
        }
    }

    public BackupManifest Signed(RootKeys root) => this with { Mac = Base64Url.Encode(MacBy(root)) };

    public bool IsAuthentic(RootKeys root) => Mac is not null
        && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(Mac), System.Text.Encoding.ASCII.GetBytes(Base64Url.Encode(MacBy(root))));

    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, s_options), (byte)'\n'];

    public static string Now(TimeProvider clock) => Timestamp.Of(clock.GetUtcNow());

    private byte[] MacBy(RootKeys root)
    {
        var members = JsonSerializer.SerializeToNode(this, s_options)!.AsObject();
        _ = members.Remove(MacMember);
        return HMACSHA256.HashData(root.Derive(MacLabel, 32), CanonicalJson.Bytes(members));
    }
}
