using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>Proves authorization values without sending them, and that the answers come from the same TPM.</summary>
public sealed class HmacSession : KeyedSession
{
    private HmacSession(Tpm tpm, OpenedSession opened)
        : base(tpm, opened)
    {
    }

    /// <summary>Whether the TPM adds what goes through the session to a digest (Part 3, 18.5).</summary>
    public bool Audits { get; set; }

    internal override bool MayOmitHmac => false;

    /// <summary>Starts a session with whatever key the setup gives it.</summary>
    public static HmacSession Start(Tpm tpm, SessionSetup setup) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Hmac, setup));

    /// <summary>Starts a session whose key only the TPM that holds the salt key can know.</summary>
    public static HmacSession StartSalted(
        Tpm tpm, TpmObject saltKey, TpmPublic saltPublic, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        Start(tpm, new SessionSetup { Hash = hash, Salt = new(saltKey, saltPublic) });

    /// <summary>Starts a session without a key: what it protects is as secret as the authorization value.</summary>
    public static HmacSession StartUnsalted(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        Start(tpm, new SessionSetup { Hash = hash });

    // The key of a bound session is proof enough for the entity it is bound to (Part 1, 19.6.11).
    internal override bool ProvesAuthValue(TpmObject? target, ReadOnlySpan<byte> authValue) =>
        BoundTo is not { } entity || !entity.Covers(target, authValue);
}
