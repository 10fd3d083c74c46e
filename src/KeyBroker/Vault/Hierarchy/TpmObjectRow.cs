namespace KeyBroker.Vault;

/// <summary>A row of <c>tpm_objects</c>.</summary>
internal sealed class TpmObjectRow
{
    public byte[] Public { get; set; } = [];

    public byte[] Private { get; set; } = [];

    public byte[] CreationData { get; set; } = [];

    public byte[] CreationHash { get; set; } = [];

    public byte[] CreationTicket { get; set; } = [];

    public SealedObject ToObject() => new(Public, Private)
    {
        CreationData = CreationData,
        CreationHash = CreationHash,
        CreationTicket = CreationTicket,
    };
}
