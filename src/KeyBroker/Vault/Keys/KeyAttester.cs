using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Tpm.Commands;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>Has the TPM say where a key version was made and where it may go.</summary>
internal sealed class KeyAttester(TpmKeys tpm, Hierarchy hierarchy, BrokerEndorsementKey endorsement)
{
    /// <param name="nonce">What the statement is to carry; null for none.</param>
    /// <exception cref="TpmUnavailableException">Also where the version's home is another TPM.</exception>
    public async Task<KeyAttestation> AttestAsync(
        KeyRecord key, KeyVersion version, byte[]? nonce, CancellationToken cancellation)
    {
        var statement = StatementOf(key, version, nonce).ToBytes();
        var (certify, creation) = await tpm.CertifyAsync(
            key, version, KeyStatement.QualifyingData(statement), cancellation);
        var residence = ResidenceNames.Find(key.Residence)!.Value;
        return new KeyAttestation
        {
            Statement = statement,
            Object = Tpm.Structures.TpmPublic.ParseSized(version.Object.Public),
            CreationData = version.Object.CreationData,
            Certify = Checked(certify),
            CertifyCreation = Checked(creation),
            Parents = [hierarchy.Storage.Of(residence).Area, hierarchy.StorageRootArea],
            FleetAuthority = residence == Residence.Fleet ? hierarchy.FleetAuthorityArea : null,
            AttestationKey = hierarchy.AttestationKey.Area,
            EndorsementCertificates = (await endorsement.FindAsync(cancellation)).Certificates,
        };
    }

    private static KeyStatement StatementOf(KeyRecord key, KeyVersion version, byte[]? nonce) => new(key.Name, version.Version)
    {
        Type = key.Type,
        Protection = key.Protection,
        Residence = key.Residence,
        Exportable = key.Exportable,
        PublicJwk = version.PublicJwk is { } jwk ? PublicJwk.DangerousFromStored(jwk) : null,
        Nonce = nonce is null ? null : Base64Url.Encode(nonce),
    };

    // K11. What the TPM, or something between us and it, calls a signature is one.
    private SignedAttest Checked(AttestedResponse signed)
    {
        using var key = hierarchy.AttestationKey.Area.ToKey();
        return signed.Signature.VerifyData(key, signed.Attest)
            ? new SignedAttest(signed.Attest, signed.Signature)
            : throw new TpmResultException("the TPM returned a certification that its own key does not verify");
    }
}
