using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>Authorization by the plain value (TPM 2.0 Part 1, 19.4): what travels is what is protected.</summary>
public sealed class PasswordAuth : ITpmSession
{
    /// <summary>The empty password, unless the handle is given another.</summary>
    public static readonly PasswordAuth Empty = new();

    private PasswordAuth()
    {
    }

    public TpmHandle Handle => TpmHandle.PasswordSession;
}
