using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>Authorizes by steps that the TPM checks and collects into a digest (TPM 2.0 Part 1, 19.7).</summary>
public sealed class PolicySession : KeyedSession
{
    private bool _needsAuthValue;
    private bool _needsPassword;

    private PolicySession(Tpm tpm, OpenedSession opened)
        : base(tpm, opened)
    {
    }

    internal override bool MayOmitHmac => true;

    public static PolicySession Start(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        Start(tpm, new SessionSetup { Hash = hash });

    /// <summary>Starts a session with whatever key the setup gives it.</summary>
    public static PolicySession Start(Tpm tpm, SessionSetup setup) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Policy, setup));

    /// <summary>Starts a session whose key only the TPM that holds the salt key can know.</summary>
    public static PolicySession StartSalted(
        Tpm tpm, TpmObject saltKey, TpmPublic saltPublic, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        Start(tpm, new SessionSetup { Hash = hash, Salt = new(saltKey, saltPublic) });

    /// <summary>Starts a session that only computes a digest and authorizes nothing.</summary>
    public static PolicySession StartTrial(Tpm tpm, TpmAlgorithm hash = TpmAlgorithm.Sha256) =>
        new(tpm, OpenedSession.Start(tpm, SessionKind.Trial, new SessionSetup { Hash = hash }));

    /// <summary>TPM2_PolicyPCR.</summary>
    /// <param name="pcrDigest">What the registers must combine to; empty takes what they hold now.</param>
    public void Pcr(IReadOnlyCollection<PcrSelection> selection, ReadOnlyMemory<byte> pcrDigest = default) =>
        Tpm.Execute(new PolicyPcr(Handle, pcrDigest, selection));

    /// <summary>TPM2_PolicySecret: proves the authorization value of another entity.</summary>
    public void Secret(AuthorizedHandle entity, ReadOnlyMemory<byte> policyRef = default) =>
        Tpm.Execute(new PolicySecret(entity, Handle, policyRef));

    /// <summary>TPM2_PolicySigned: a loaded key has signed <see cref="SignedPolicy.ToBeSigned"/>.</summary>
    public void Signed(TpmObject key, SignedPolicy signed) => Tpm.Execute(new PolicySigned(key, Handle, signed));

    /// <summary>TPM2_PolicyAuthValue: the session then also proves the object's authorization value.</summary>
    public void AuthValue()
    {
        Tpm.Execute(new PolicyAuthValue(Handle));
        (_needsAuthValue, _needsPassword) = (true, false);
    }

    /// <summary>TPM2_PolicyPassword: the session then also sends the object's authorization value, in the clear.</summary>
    public void Password()
    {
        Tpm.Execute(new PolicyPassword(Handle));
        (_needsAuthValue, _needsPassword) = (false, true);
    }

    /// <summary>TPM2_PolicyCommandCode: the session authorizes this command only.</summary>
    public void CommandCode(TpmCommandCode command) => Tpm.Execute(new PolicyCommandCode(Handle, command));

    /// <summary>TPM2_PolicyCpHash: the session authorizes this command with these parameters only.</summary>
    public void CpHash(ReadOnlyMemory<byte> cpHash) => Tpm.Execute(new PolicyCpHash(Handle, cpHash));

    /// <summary>TPM2_PolicyNameHash: the session authorizes commands on these objects only.</summary>
    public void NameHash(ReadOnlyMemory<byte> nameHash) => Tpm.Execute(new PolicyNameHash(Handle, nameHash));

    /// <summary>TPM2_PolicyTemplate: the session authorizes making objects from this template only.</summary>
    public void Template(ReadOnlyMemory<byte> templateHash) => Tpm.Execute(new PolicyTemplate(Handle, templateHash));

    /// <summary>TPM2_PolicyDuplicationSelect: the session authorizes duplicating this object to this parent only.</summary>
    public void DuplicationSelect(TpmName newObject, TpmName newParent, bool includeObject) =>
        Tpm.Execute(new PolicyDuplicationSelect(Handle, newObject, newParent, includeObject));

    /// <summary>TPM2_PolicyNV: an index holds what was demanded.</summary>
    public void Nv(AuthorizedHandle authority, TpmObject index, NvComparison comparison) =>
        Tpm.Execute(new PolicyNv(authority, index, Handle, comparison));

    /// <summary>TPM2_PolicyNvWritten: the index to be used was, or was never, written.</summary>
    public void NvWritten(bool written) => Tpm.Execute(new PolicyNvWritten(Handle, written));

    /// <summary>TPM2_PolicyCounterTimer: the TPM's clocks and counters are as demanded.</summary>
    public void CounterTimer(NvComparison comparison) => Tpm.Execute(new PolicyCounterTimer(Handle, comparison));

    /// <summary>TPM2_PolicyOR: the digest must be one of the branches.</summary>
    public void Or(params IReadOnlyList<byte[]> branches) => Tpm.Execute(new PolicyOr(Handle, branches));

    /// <summary>TPM2_PolicyAuthorize: a key has approved the digest.</summary>
    public void Authorize(
        ReadOnlyMemory<byte> approvedPolicy, ReadOnlyMemory<byte> policyRef, TpmName key, TpmTicket approval) =>
        Tpm.Execute(new PolicyAuthorize(Handle, approvedPolicy, policyRef, key, approval));

    /// <summary>TPM2_PolicyAuthorizeNV: an index holds the digest.</summary>
    public void AuthorizeNv(AuthorizedHandle authority, TpmObject index) =>
        Tpm.Execute(new PolicyAuthorizeNv(authority, index, Handle));

    /// <summary>TPM2_PolicyGetDigest.</summary>
    public byte[] GetDigest() => Tpm.Execute(new PolicyGetDigest(Handle));

    /// <summary>TPM2_PolicyRestart: back to before the first step.</summary>
    public void Restart()
    {
        Tpm.Execute(new PolicyRestart(Handle));
        (_needsAuthValue, _needsPassword) = (false, false);
    }

    // The TPM begins a policy anew once it has authorized a command (Part 1, 19.7).
    internal override void Completed(bool authorized)
    {
        base.Completed(authorized);
        _needsAuthValue &= !authorized;
        _needsPassword &= !authorized;
    }

    internal override bool ProvesAuthValue(TpmObject? target, ReadOnlySpan<byte> authValue) => _needsAuthValue;

    // A password takes the place of the command's HMAC, and the response has none (Part 3, 23.18).
    internal override byte[] Proof(SessionMessage message, SessionUse use) => (_needsPassword, message.IsResponse) switch
    {
        (true, false) when use.Target is not null => use.AuthValue.ToArray(),
        (true, true) when use.Target is not null => [],
        _ => base.Proof(message, use),
    };
}
