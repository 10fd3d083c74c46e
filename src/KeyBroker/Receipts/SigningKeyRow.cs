namespace KeyBroker.Receipts;

/// <summary>A row of <c>signing_keys</c>: the private part only as the TPM sealed it.</summary>
internal sealed class SigningKeyRow
{
    public string Kid { get; set; } = "";

    public string Use { get; set; } = "";

    public string PublicJwk { get; set; } = "";

    public byte[] SealedPublic { get; set; } = [];

    public byte[] SealedPrivate { get; set; } = [];

    public long NotBefore { get; set; }

    public long? NotAfter { get; set; }

    /// <summary>Canonical JSON: what the broker's attestation key vouched for.</summary>
    public byte[] Statement { get; set; } = [];

    /// <summary>JSON with <c>attest</c> and <c>signature</c>, the quote over the statement.</summary>
    public byte[] Certification { get; set; } = [];

    public string State { get; set; } = "";
}
