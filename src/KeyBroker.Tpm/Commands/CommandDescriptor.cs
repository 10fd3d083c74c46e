namespace KeyBroker.Tpm.Commands;

/// <summary>What the engine must know of a command (TPM 2.0 Part 3, its table; Part 2, 8.9, TPMA_CC).</summary>
/// <param name="AuthHandles">How many of its handles need authorization; they come first.</param>
/// <param name="EncryptsCommand">Whether its first parameter is a TPM2B, which a session can encrypt.</param>
/// <param name="EncryptsResponse">Whether its response's first parameter is a TPM2B.</param>
public readonly record struct CommandDescriptor(
    TpmCommandCode Code,
    int AuthHandles = 0,
    bool EncryptsCommand = false,
    bool EncryptsResponse = false,
    bool ReturnsHandle = false,
    bool TakesSessions = true);
