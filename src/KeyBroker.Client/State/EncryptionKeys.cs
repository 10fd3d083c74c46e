namespace KeyBroker.Client;

/// <summary>Which encryption key this machine attests and opens answers with: one in the TPM, unless it has or wants one in a file.</summary>
internal sealed class EncryptionKeys(StateFolder state, string tcti)
{
    /// <summary>The key that was attested last.</summary>
    public EncryptionKey Current() => state.ResidentEncryptionKey is { } resident ? Of(resident) : state.EncryptionKey();

    /// <summary>The key to attest now; makes it where there is none, or none of this kind and this attestation key.</summary>
    /// <param name="identity">Whose attestation key certifies it.</param>
    /// <param name="kind">Null for the kind that there is.</param>
    public EncryptionKey For(Identity identity, EncryptionKeyKind? kind)
    {
        var resident = state.ResidentEncryptionKey;
        var wanted = kind ?? (resident is null && state.HasEncryptionKey ? EncryptionKeyKind.Software : EncryptionKeyKind.Tpm);
        if (wanted == EncryptionKeyKind.Software)
        {
            return Software();
        }

        if (resident is not null && !resident.AkPublic.AsSpan().SequenceEqual(identity.AkPublic))
        {
            state.ForgetResidentKey(); // Another attestation key vouched for it, perhaps in another TPM.
            resident = null;
        }

        return Of(resident ?? Make(identity));
    }

    /// <summary>The key in a file, which from then on is the one.</summary>
    public EncryptionKey Software()
    {
        if (state.ResidentEncryptionKey is not null)
        {
            state.ForgetToken(); // What comes by it would be for the other key.
            state.ForgetResidentKey();
        }

        return state.EncryptionKey();
    }

    private EncryptionKey Of(ResidentKey key) => new(new TpmAgreement(tcti, key.ToKey()), key.ToCertified());

    private ResidentKey Make(Identity identity)
    {
        using var tpm = MachineTpm.Open(tcti);
        var (key, certified) = tpm.Objects.CreateEncryptionKey(new WrappedKey(identity.AkPublic, identity.AkPrivate));
        state.ForgetToken();
        return state.KeepFirst(new ResidentKey(key.Public, key.Private, identity.AkPublic, certified.Certify, certified.Signature));
    }
}
