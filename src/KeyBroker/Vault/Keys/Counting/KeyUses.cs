using System.Collections.Concurrent;
using System.Threading.Channels;

using Dapper;

using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>
/// Counts the encryptions of every AES-GCM version, because its random nonces are safe for 2^32 of them (NIST SP 800-38D, 8.3).
/// A chunk is counted durably before its first one is made.
/// </summary>
internal sealed class KeyUses(Database database, RowMac macs)
{
    /// <summary>LIF-10. No version encrypts more often.</summary>
    public const long Most = 1L << 32;

    /// <summary>At half of it a version is replaced.</summary>
    public const long Usual = Most / 2;

    private const long LargestChunk = 4096;
    private const long ChunksBeforeRotation = 64;
    private const string Columns = "key_id AS KeyId, version AS Version, key AS Key, counted AS Counted, rotate_at AS RotateAt, mac AS Mac";

    // By the limit, too: what was counted under a larger one is not used up under a smaller one.
    private readonly ConcurrentDictionary<(string KeyId, int Version, long RotateAt), UseCounter> _counters = new();
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that some key was used up, so that nobody waits for the next regular look.</summary>
    public ChannelReader<bool> UsedUp => _signals.Reader;

    /// <summary>Counts one encryption before it is made.</summary>
    /// <exception cref="DeniedException">key-state: the version encrypted as often as is safe.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be counted.</exception>
    public async ValueTask CountAsync(KeyRecord key, KeyVersion version)
    {
        var rotateAt = Math.Min(key.Life.RotationUses ?? Usual, Usual);
        var counter = _counters.GetOrAdd((key.Id, version.Version, rotateAt), _ => new UseCounter());
        while (counter.Take(() => CountMoreAsync(key, version.Version, rotateAt)) is { } refill)
        {
            await refill;
        }
    }

    /// <summary>Keys whose primary version has encrypted often enough.</summary>
    public IReadOnlyList<string> NamesUsedUp() => database.ReadOnce(connection => connection.Query<string>(
        """
        SELECT keys.name FROM key_uses JOIN keys ON keys.id = key_uses.key_id AND keys.primary_version = key_uses.version
        WHERE key_uses.counted >= key_uses.rotate_at AND keys.state = @Active
        """,
        new { KeyVersionState.Active }).AsList());

    private async Task<long> CountMoreAsync(KeyRecord key, int version, long rotateAt)
    {
        var chunk = Math.Clamp(rotateAt / ChunksBeforeRotation, 1, LargestChunk);
        var counted = await database.WriteAsync(
            transaction => Count(transaction, (key, version), chunk, rotateAt), CancellationToken.None);
        if (counted >= rotateAt)
        {
            _signals.Writer.TryWrite(true);
        }

        return chunk;
    }

    private long Count(WriteTransaction transaction, (KeyRecord Key, int Version) used, long chunk, long rotateAt)
    {
        var row = transaction.QuerySingle<KeyUseRow>(
            $"SELECT {Columns} FROM key_uses WHERE key_id = @Id AND version = @Version", new { used.Key.Id, used.Version })?.Check(macs);
        var counted = (row?.Counted ?? 0) + chunk;
        if (counted > Most)
        {
            throw KeyLifeCycle.Refuse(KeyVersionState.Active, "this version has encrypted as often as is safe: rotate the key", ["decrypt", "read", "rotate"]);
        }

        transaction.Execute(
            """
            INSERT INTO key_uses (key_id, version, key, counted, rotate_at, mac) VALUES (@KeyId, @Version, @Key, @Counted, @RotateAt, @Mac)
            ON CONFLICT (key_id, version) DO UPDATE SET counted = excluded.counted, rotate_at = excluded.rotate_at, mac = excluded.mac
            """,
            new KeyUseRow { KeyId = used.Key.Id, Version = used.Version, Key = used.Key.Name, Counted = counted, RotateAt = rotateAt }.Sign(macs));
        return counted;
    }
}
