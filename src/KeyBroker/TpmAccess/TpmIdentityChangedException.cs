namespace KeyBroker.TpmAccess;

/// <summary>The TPM is not the one that this store belongs to: replaced, cleared or of another machine.</summary>
internal sealed class TpmIdentityChangedException(string found) : TpmUnavailableException(
    $"this TPM is not the one this store was made with ({found}): start with the original TPM, or with an empty store");
