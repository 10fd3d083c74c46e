using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>destructions</c>: how much of the wait is left. Untrusted until its MAC was checked.</summary>
internal sealed class DestructionRow
{
    public string Id { get; set; } = "";

    /// <summary>The name of the key or secret.</summary>
    public string Key { get; set; } = "";

    /// <summary>0 is the whole.</summary>
    public long Version { get; set; }

    /// <summary>Milliseconds.</summary>
    public long Remaining { get; set; }

    /// <summary>What the TPM's clock showed when <see cref="Remaining"/> was written; null where that is not known.</summary>
    public long? TpmClock { get; set; }

    /// <summary>Of what: <c>key</c> or <c>secret</c>.</summary>
    public string Kind { get; set; } = ItemKind.Key.Name;

    public byte[] Mac { get; set; } = [];

    public ItemKind Of => Kind == ItemKind.Secret.Name ? ItemKind.Secret : ItemKind.Key;

    public TimeSpan Left => TimeSpan.FromMilliseconds(Remaining);

    public DestructionRow Sign(RowMac macs)
    {
        Mac = macs.Compute("destructions", Fields());
        return this;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public DestructionRow Check(RowMac macs)
    {
        macs.Verify("destructions", Mac, Fields());
        return this;
    }

    public DestructionRow With(TimeSpan left, long? tpmClock, RowMac macs) => new DestructionRow
    {
        Id = Id,
        Key = Key,
        Version = Version,
        Remaining = (long)left.TotalMilliseconds,
        TpmClock = tpmClock,
        Kind = Kind,
    }.Sign(macs);

    // Rows of the fifth schema are about keys and do not say so; their MACs hold.
    private object?[] Fields() =>
        Kind == ItemKind.Key.Name ? [Id, Key, Version, Remaining, TpmClock] : [Id, Key, Version, Remaining, TpmClock, Kind];
}
