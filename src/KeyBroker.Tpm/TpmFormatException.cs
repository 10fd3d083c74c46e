namespace KeyBroker.Tpm;

/// <summary>The bytes are not the one strict encoding of the TPM structure they should be.</summary>
public sealed class TpmFormatException(string message) : FormatException(message);
