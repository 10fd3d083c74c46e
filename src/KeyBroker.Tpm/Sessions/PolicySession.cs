using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>Authorizes by steps that the TPM checks and collects into a digest (TPM 2.0 Part 1, 17.7).</summary>
public sealed class PolicySession : KeyedSession
{
    private bool _needsAuthValue;

    private PolicySession(Tpm tpm, OpenedSession opened)
        : base(tpm, opened)
    {
    }

    internal override bool ProvesAuthValue => _needsAuthValue;

    internal override bool MayOmitHmac => true;

    public static PolicySession Start(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Policy, hash));

    /// <summary>Starts a session whose key only the TPM that holds the salt key can know.</summary>
    public static PolicySession StartSalted(
        Tpm tpm, TpmObject saltKey, TpmPublic saltPublic, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.StartSalted(tpm, SessionKind.Policy, hash, saltKey, saltPublic));

    /// <summary>Starts a session that only computes a digest and authorizes nothing.</summary>
    public static PolicySession StartTrial(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Trial, hash));

    /// <summary>TPM2_PolicyPCR.</summary>
    /// <param name="pcrDigest">What the registers must combine to; empty takes what they hold now.</param>
    public void Pcr(IReadOnlyCollection<PcrSelection> selection, ReadOnlyMemory<byte> pcrDigest = default) =>
        Tpm.Execute(new PolicyPcr(Handle, pcrDigest, selection));

    /// <summary>TPM2_PolicySecret: proves the authorization value of another entity.</summary>
    public void Secret(AuthorizedHandle entity, ReadOnlyMemory<byte> policyRef = default) =>
        Tpm.Execute(new PolicySecret(entity, Handle, policyRef));

    /// <summary>TPM2_PolicyAuthValue: the session then also proves the object's authorization value.</summary>
    public void AuthValue()
    {
        Tpm.Execute(new PolicyAuthValue(Handle));
        _needsAuthValue = true;
    }

    /// <summary>TPM2_PolicyCommandCode: the session authorizes this command only.</summary>
    public void CommandCode(TpmCommandCode command) => Tpm.Execute(new PolicyCommandCode(Handle, command));

    /// <summary>TPM2_PolicyOR: the digest must be one of the branches.</summary>
    public void Or(params IReadOnlyList<byte[]> branches) => Tpm.Execute(new PolicyOr(Handle, branches));

    /// <summary>TPM2_PolicyAuthorize: a key has approved the digest.</summary>
    public void Authorize(
        ReadOnlyMemory<byte> approvedPolicy, ReadOnlyMemory<byte> policyRef, TpmName key, TpmTicket approval) =>
        Tpm.Execute(new PolicyAuthorize(Handle, approvedPolicy, policyRef, key, approval));

    /// <summary>TPM2_PolicyGetDigest.</summary>
    public byte[] GetDigest() => Tpm.Execute(new PolicyGetDigest(Handle));

    /// <summary>TPM2_PolicyRestart: back to before the first step.</summary>
    public void Restart()
    {
        Tpm.Execute(new PolicyRestart(Handle));
        _needsAuthValue = false;
    }

    // The TPM begins a policy anew once it has authorized a command (Part 1, 17.7.4.4).
    internal override void Completed(bool authorized)
    {
        base.Completed(authorized);
        _needsAuthValue &= !authorized;
    }
}
