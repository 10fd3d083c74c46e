namespace KeyBroker.Audit;

/// <summary>A row of <c>audit</c>.</summary>
internal sealed class AuditRow
{
    public long Seq { get; set; }

    public string Record { get; set; } = "";

    public byte[] Previous { get; set; } = [];

    public byte[] Hash { get; set; } = [];

    public AuditEntry ToEntry() => new(Seq, Record, Previous, Hash);
}
