using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Endorsements;

/// <summary>What the TCG laid down for each kind of endorsement key: its template, and where its certificate is in the TPM.</summary>
public static class EndorsementKeys
{
    public static TpmPublic TemplateOf(EndorsementKeyKind kind) => kind switch
    {
        EndorsementKeyKind.Ecc => Templates.EndorsementKeyEccP256,
        EndorsementKeyKind.Rsa => Templates.EndorsementKeyRsa2048,
        EndorsementKeyKind.RsaHigh => Templates.HighRangeRsa2048,
        EndorsementKeyKind.EccHigh => Templates.HighRangeEccP256,
        EndorsementKeyKind.EccP384High => Templates.HighRangeEccP384,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of endorsement key"),
    };

    /// <summary>EK Credential Profile, 2.2.1.4 and 2.2.1.5.</summary>
    public static TpmHandle CertificateOf(EndorsementKeyKind kind) => new(kind switch
    {
        EndorsementKeyKind.Ecc => 0x01C0_000A,
        EndorsementKeyKind.Rsa => 0x01C0_0002,
        EndorsementKeyKind.RsaHigh => 0x01C0_0012,
        EndorsementKeyKind.EccHigh => 0x01C0_0014,
        EndorsementKeyKind.EccP384High => 0x01C0_0016,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of endorsement key"),
    });

    /// <summary>A key of the low range is used by policy, one of the high range by its empty password as well.</summary>
    public static bool NeedsPolicy(EndorsementKeyKind kind) => kind is EndorsementKeyKind.Ecc or EndorsementKeyKind.Rsa;

    /// <summary>Makes the key anew from its seed: the same one each time, for the caller to flush.</summary>
    public static CreatePrimaryResponse Create(Tpm tpm, EndorsementKeyKind kind) =>
        tpm.Execute(new CreatePrimary(TpmObject.Endorsement.WithPassword(), TemplateOf(kind)));

    /// <summary>Opens a credential that was made for two loaded keys of this TPM.</summary>
    /// <param name="key">The key to be proven, with its authorization.</param>
    public static byte[] Activate(Tpm tpm, AuthorizedHandle key, (EndorsementKeyKind Kind, TpmObject Object) ek, CredentialBlob credential)
    {
        if (!NeedsPolicy(ek.Kind))
        {
            return tpm.Execute(new ActivateCredential(key, ek.Object.WithPassword(), credential));
        }

        // EK Credential Profile, B.6.2: whoever knows the endorsement authorization may use the key.
        using var session = PolicySession.Start(tpm);
        session.Secret(TpmObject.Endorsement.WithPassword());
        return tpm.Execute(new ActivateCredential(key, ek.Object.With(session), credential));
    }
}
