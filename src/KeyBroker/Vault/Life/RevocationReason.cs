namespace KeyBroker.Vault;

/// <summary>The revocation reason codes of KMIP 2.1 (section 7.24), in the contract's spelling.</summary>
internal static class RevocationReason
{
    public const string Unspecified = "unspecified";
    public const string KeyCompromise = "key-compromise";
    public const string CaCompromise = "ca-compromise";

    public static readonly IReadOnlyList<string> All =
    [
        Unspecified, KeyCompromise, CaCompromise, "affiliation-changed", "superseded", "cessation-of-operation",
        "privilege-withdrawn",
    ];

    /// <summary>KMIP 2.1, 6.1.47: these make a key compromised, all others deactivate it.</summary>
    public static bool IsCompromise(string reason) => reason is KeyCompromise or CaCompromise;
}
