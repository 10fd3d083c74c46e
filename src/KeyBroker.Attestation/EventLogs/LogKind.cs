namespace KeyBroker.Attestation.EventLogs;

/// <summary>Whose registers a log is about.</summary>
public enum LogKind
{
    /// <summary>The registers of a TPM.</summary>
    Tpm = 1,

    /// <summary>The measurement registers of a confidential virtual machine (CCEL), which all begin at zero.</summary>
    ConfidentialComputing = 2,
}
