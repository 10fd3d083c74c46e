namespace KeyBroker.Vault;

/// <summary>The words of the contract for residences.</summary>
internal static class ResidenceNames
{
    public const string Local = "local";
    public const string Fleet = "fleet";

    public static string NameOf(Residence residence) => residence == Residence.Fleet ? Fleet : Local;

    public static Residence? Find(string name) => name switch
    {
        Local => Residence.Local,
        Fleet => Residence.Fleet,
        _ => null,
    };
}
