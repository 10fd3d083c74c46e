namespace KeyBroker.Client;

/// <summary>Which key proves possession of this machine's token: one in a file, unless it has or wants one in the TPM.</summary>
internal sealed class ProofKeys(StateFolder state, string tcti, TimeProvider clock) : IDisposable
{
    private ProofKey? _current;

    /// <summary>The key that was attested last.</summary>
    public ProofKey Current() => _current ??= state.ResidentProofKey is { } resident ? Of(resident) : state.ProofKey(clock);

    /// <summary>The key to attest now; makes it where there is none of this kind and this attestation key.</summary>
    /// <param name="identity">Whose attestation key certifies it.</param>
    /// <param name="kind">Null for the kind that there is.</param>
    public ProofKey For(Identity identity, ProofKeyKind? kind)
    {
        var resident = state.ResidentProofKey;
        var isOfAnother = resident is not null && !resident.AkPublic.AsSpan().SequenceEqual(identity.AkPublic);
        var wanted = kind ?? (resident is null ? ProofKeyKind.Software : ProofKeyKind.Tpm);
        if (resident is not null && (isOfAnother || wanted == ProofKeyKind.Software))
        {
            Forget();
            state.ForgetResidentProofKey();
            resident = null;
        }

        if (resident is null && wanted == ProofKeyKind.Tpm)
        {
            Forget();
            _current = Of(Make(identity));
        }

        return Current();
    }

    public void Dispose() => _current?.Dispose();

    // The token is bound to the key that was.
    private void Forget()
    {
        state.ForgetToken();
        _current?.Dispose();
        _current = null;
    }

    private ProofKey Of(ResidentKey key) => new(new TpmSigner(tcti, key.ToKey()), clock, key.ToCertified());

    private ResidentKey Make(Identity identity)
    {
        using var tpm = MachineTpm.Open(tcti);
        var (key, certified) = tpm.Objects.CreateProofKey(new WrappedKey(identity.AkPublic, identity.AkPrivate));
        return state.KeepFirstProof(new ResidentKey(key.Public, key.Private, identity.AkPublic, certified.Certify, certified.Signature));
    }
}
