using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A row of <c>key_uses</c>: how many encryptions a version may have made. Untrusted until its MAC was checked.</summary>
internal sealed class KeyUseRow
{
    public string KeyId { get; set; } = "";

    public long Version { get; set; }

    /// <summary>The name of the key.</summary>
    public string Key { get; set; } = "";

    public long Counted { get; set; }

    public long RotateAt { get; set; }

    public byte[] Mac { get; set; } = [];

    public KeyUseRow Sign(RowMac macs)
    {
        Mac = macs.Compute("key_uses", Fields());
        return this;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public KeyUseRow Check(RowMac macs)
    {
        macs.Verify("key_uses", Mac, Fields());
        return this;
    }

    private object?[] Fields() => [KeyId, Version, Key, Counted, RotateAt];
}
