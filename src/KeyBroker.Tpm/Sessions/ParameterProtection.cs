namespace KeyBroker.Tpm.Sessions;

/// <summary>Which first parameters a session encrypts.</summary>
[Flags]
public enum ParameterProtection
{
    None = 0,

    /// <summary>The command's; refused if the command has none to encrypt.</summary>
    Command = 1,

    /// <summary>The response's; refused if the response has none to encrypt.</summary>
    Response = 2,

    Both = Command | Response,

    /// <summary>Whatever can be encrypted.</summary>
    WherePossible = 4,
}
