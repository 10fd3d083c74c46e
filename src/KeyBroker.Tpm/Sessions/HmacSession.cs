using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>Proves authorization values without sending them, and that the answers come from the same TPM.</summary>
public sealed class HmacSession : KeyedSession
{
    private HmacSession(Tpm tpm, OpenedSession opened)
        : base(tpm, opened)
    {
    }

    internal override bool ProvesAuthValue => true;

    internal override bool MayOmitHmac => false;

    /// <summary>Starts a session whose key only the TPM that holds the salt key can know.</summary>
    public static HmacSession StartSalted(
        Tpm tpm, TpmObject saltKey, TpmPublic saltPublic, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.StartSalted(tpm, SessionKind.Hmac, hash, saltKey, saltPublic));

    /// <summary>Starts a session without a key: what it protects is as secret as the authorization value.</summary>
    public static HmacSession StartUnsalted(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Hmac, hash));
}
