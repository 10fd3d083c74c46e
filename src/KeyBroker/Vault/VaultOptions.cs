namespace KeyBroker.Vault;

/// <summary>Where the vault's TPM is, and how long an open key stays open.</summary>
/// <param name="Tpm"><c>embedded</c>, or where a TPM is, as <c>KeyBroker:Tpm</c> spells it.</param>
internal sealed record VaultOptions(string Tpm, string StateDirectory)
{
    public const string Embedded = "embedded";

    public TimeSpan OpenKeyIdleTime { get; init; } = TimeSpan.FromMinutes(5);

    public int QueueCapacity { get; init; } = TpmAccess.TpmWorker.DefaultCapacity;
}
