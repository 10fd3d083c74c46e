namespace KeyBroker.Attestation.EventLogs;

/// <summary>How the entries of a log are written.</summary>
public enum LogFormat
{
    /// <summary>TCG_PCR_EVENT: one SHA-1 digest an event.</summary>
    Legacy = 1,

    /// <summary>TCG_PCR_EVENT2: a digest for each bank that the first event declares.</summary>
    CryptoAgile = 2,
}
