using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>A row of <c>grant_uses</c>. Untrusted until its MAC was checked.</summary>
internal sealed class GrantUseRow
{
    private const string Table = "grant_uses";

    public string Machine { get; set; } = "";

    public string Policy { get; set; } = "";

    public string Resource { get; set; } = "";

    public string Verb { get; set; } = "";

    public long Used { get; set; }

    public byte[] Mac { get; set; } = [];

    public GrantUseRow Sign(RowMac macs)
    {
        Mac = macs.Compute(Table, Fields());
        return this;
    }

    /// <exception cref="StoreIntegrityException">Somebody else than this broker wrote the row.</exception>
    public GrantUseRow Check(RowMac macs)
    {
        macs.Verify(Table, Mac, Fields());
        return this;
    }

    private object?[] Fields() => [Machine, Policy, Resource, Verb, Used];
}
