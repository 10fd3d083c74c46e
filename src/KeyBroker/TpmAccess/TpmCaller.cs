namespace KeyBroker.TpmAccess;

/// <summary>
/// On whose behalf the TPM is asked: the machine of the message that is handled here, or nobody, which is the broker itself.
/// It flows with the work as its span does, so that no way to the TPM can forget it.
/// </summary>
internal static class TpmCaller
{
    public const string Broker = "";
    private static readonly AsyncLocal<string?> s_current = new();

    /// <summary>Set where a message begins to be handled; the end of that method sets it back.</summary>
    public static string Current
    {
        get => s_current.Value ?? Broker;
        set => s_current.Value = value;
    }
}
