namespace KeyBroker.Audit;

/// <summary>The row of <c>audit_counter</c>.</summary>
internal sealed class CounterRow
{
    public byte[] Area { get; set; } = [];

    /// <summary>Null while the counter is being made.</summary>
    public long? First { get; set; }

    public byte[] Mac { get; set; } = [];
}
