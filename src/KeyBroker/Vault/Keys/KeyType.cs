namespace KeyBroker.Vault;

/// <summary>A key type of the contract (section 6), and what its keys can be asked for.</summary>
/// <param name="Bits">Of the curve, the modulus or the key.</param>
/// <param name="Uses">Sets of operations that one key may serve; the first is the default. No key serves two sets.</param>
internal sealed record KeyType(string Name, KeyFamily Family, int Bits, IReadOnlyList<IReadOnlyList<string>> Uses)
{
    public IReadOnlyList<string> DefaultOperations => Uses[0];

    /// <summary>Whether the private part may be made in the TPM and never leave it.</summary>
    public bool MayLiveInTpm => Family != KeyFamily.Aes;

    public string DefaultProtection => MayLiveInTpm ? KeyTypes.Tpm : KeyTypes.Sealed;

    public bool IsSymmetric => Family is KeyFamily.Hmac or KeyFamily.Aes;
}
