using KeyBroker.Attestation.Certificates;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Endorsements;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Finds the endorsement key that the maker certified, and opens credentials with it. It is always the same, so it is looked for once.</summary>
internal sealed class BrokerEndorsementKey(TpmWorker worker)
{
    private volatile BrokerEndorsement? _found;

    /// <summary>The first kind that has a certificate; where there is none, the one on P-256.</summary>
    /// <exception cref="TpmUnavailableException">The TPM cannot say now.</exception>
    public async Task<BrokerEndorsement> FindAsync(CancellationToken cancellation) =>
        _found ??= await worker.RunAsync(Find, cancellation, TpmPriority.Long); // A hardware TPM makes an RSA key for seconds.

    /// <summary>What is in a credential for this key and the attestation key; null where it is for others, or none at all.</summary>
    /// <remarks>What comes out leaves the broker only as <see cref="Attestation.Brokers.BrokerBinding.Activation"/>.</remarks>
    public async Task<byte[]?> ActivateAsync(CredentialBlob credential, CancellationToken cancellation)
    {
        var kind = (await FindAsync(cancellation)).Kind;
        return await worker.RunAsync(
            scope => scope.Activate(VaultTemplates.BrokerAttestationKey, kind, credential), cancellation, TpmPriority.Bulk);
    }

    private static BrokerEndorsement Find(TpmSessionScope scope)
    {
        foreach (var kind in Enum.GetValues<EndorsementKeyKind>())
        {
            if (scope.FindCertificate(kind) is { } found && Certificate(found.Certificate) is { } certificate)
            {
                return new BrokerEndorsement(kind, AreaOf(scope, kind)) { Certificate = certificate, Intermediates = found.Intermediates };
            }
        }

        return new BrokerEndorsement(EndorsementKeyKind.Ecc, AreaOf(scope, EndorsementKeyKind.Ecc));
    }

    private static TpmPublic AreaOf(TpmSessionScope scope, EndorsementKeyKind kind) =>
        scope.Primary(EndorsementKeys.TemplateOf(kind));

    // Memory is larger than what is in it; what is no certificate at all is of no use to anybody.
    private static byte[]? Certificate(byte[] memory)
    {
        try
        {
            return CertificateBytes.Find(memory).ToArray();
        }
        catch (CertificateException)
        {
            return null;
        }
    }
}
