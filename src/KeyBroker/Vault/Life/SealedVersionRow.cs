namespace KeyBroker.Vault;

/// <summary>What the rows of <c>key_versions</c> and <c>secret_versions</c> share: a sealed object with its state and its life.</summary>
internal abstract class SealedVersionRow
{
    public long Version { get; set; }

    public string State { get; set; } = "";

    public byte[] Public { get; set; } = [];

    public byte[] Private { get; set; } = [];

    public byte[]? Wrapped { get; set; }

    public byte[] CreationData { get; set; } = [];

    public byte[] CreationHash { get; set; } = [];

    public byte[] CreationTicket { get; set; } = [];

    public long CreatedAt { get; set; }

    public string? Life { get; set; }

    public byte[] Mac { get; set; } = [];

    protected SealedObject Object => new(Public, Private)
    {
        CreationData = CreationData,
        CreationHash = CreationHash,
        CreationTicket = CreationTicket,
    };

    protected void Take(ItemVersion version)
    {
        Version = version.Version;
        State = version.State;
        Public = version.Object.Public;
        Private = version.Object.Private;
        Wrapped = version.Wrapped;
        CreationData = version.Object.CreationData;
        CreationHash = version.Object.CreationHash;
        CreationTicket = version.Object.CreationTicket;
        CreatedAt = version.CreatedAt.ToUnixTimeMilliseconds();
        Life = LifeJson.Write(version.Life);
    }
}
