using KeyBroker.Tpm.Transports;

using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Vault;

/// <summary>Where the vault's TPM is, and how long an open key stays open.</summary>
/// <param name="Tpm"><c>embedded</c>, or where a TPM is, as <c>KeyBroker:Tpm</c> spells it.</param>
internal sealed record VaultOptions(string Tpm, string StateDirectory)
{
    public const string Embedded = "embedded";

    public TimeSpan OpenKeyIdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the TPM may take for a command.</summary>
    public CommandPatience Patience { get; init; } = CommandPatience.Default;

    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    public int QueueCapacity { get; init; } = TpmAccess.TpmWorker.DefaultCapacity;
}
