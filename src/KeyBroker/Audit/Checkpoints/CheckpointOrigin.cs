namespace KeyBroker.Audit;

/// <summary>Which log: the issuer, and the name of the storage root key that the store belongs to.</summary>
internal sealed record CheckpointOrigin(string Issuer, string Home)
{
    public string Text => $"{Issuer}/audit/{Home}";
}
