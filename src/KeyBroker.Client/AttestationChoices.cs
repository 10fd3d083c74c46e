namespace KeyBroker.Client;

/// <summary>What an attestation shows; what is left out is as it was the last time.</summary>
public sealed record AttestationChoices
{
    /// <summary>Like <c>sha256:0-7,11</c>; at first <c>sha256:0-15</c>.</summary>
    public string? Pcrs { get; init; }

    /// <summary>The log that explains the registers; at first the firmware's own.</summary>
    public EventLogFile? EventLog { get; init; }

    /// <summary>Where the encryption key is; at first in the TPM.</summary>
    public EncryptionKeyKind? EncryptionKey { get; init; }

    /// <summary>Where the key is that proves possession of the token; at first in a file, since it signs once a call.</summary>
    public ProofKeyKind? ProofKey { get; init; }

    /// <summary>SHA-256 of the body of the one request that the quote is for; null for any.</summary>
    public byte[]? Request { get; init; }
}
