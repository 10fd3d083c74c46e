using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>
/// A key version of which a TPM has shown where it was made and where it may go. Whose TPM that is, is for the caller to judge
/// by the name of the attestation key.
/// </summary>
public sealed class AttestedKey
{
    private AttestedKey(KeyStatement statement, TpmName attestationKey, TpmName? fleetAuthority) =>
        (Statement, AttestationKey, FleetAuthority) = (statement, attestationKey, fleetAuthority);

    public KeyStatement Statement { get; }

    /// <summary>The name of the key that signed.</summary>
    public TpmName AttestationKey { get; }

    /// <summary>Null where the object cannot leave its TPM; else whose signature it takes.</summary>
    public TpmName? FleetAuthority { get; }

    /// <param name="nonce">What the statement must have as its nonce, base64url; null for whatever it has.</param>
    /// <exception cref="KeyAttestationException">Which step fails.</exception>
    public static AttestedKey Check(KeyAttestation attestation, string? nonce)
    {
        try
        {
            return CheckParts(attestation, nonce);
        }
        catch (Exception malformed) when (malformed is TpmFormatException or DeniedException)
        {
            throw new KeyAttestationException(malformed.Message, malformed);
        }
    }

    private static AttestedKey CheckParts(KeyAttestation attestation, string? nonce)
    {
        var statement = KeyProof.In("statement", () => KeyStatement.Parse(attestation.Statement));
        Require(nonce is null || statement.Nonce == nonce, "the statement is for another nonce");
        var (certify, creation) = CheckSignatures(attestation);
        var chain = StorageChain.Check(attestation.Parents);
        CheckCertify(attestation, certify, chain);
        CheckCreation(attestation, creation, chain, statement);
        KeyObject.Check(statement, attestation.Object);
        var authority = ResidenceProof.Check(statement, attestation);
        return new AttestedKey(statement, attestation.AttestationKey.Name, authority);
    }

    /// <summary>Both are by the one attestation key, a primary of the endorsement hierarchy, over the digest of the statement.</summary>
    private static (Attest Certify, Attest Creation) CheckSignatures(KeyAttestation attestation)
    {
        var key = KeyProof.In("ak", () => Endorsements.AttestationKey.Check(attestation.AttestationKey));
        var certify = KeyProof.In("certify", () => Verify(key, attestation.Certify));
        var creation = KeyProof.In("certifyCreation", () => Verify(key, attestation.CertifyCreation));
        var signer = StorageChain.QualifiedName(TpmName.OfHandle(TpmHandle.Endorsement), attestation.AttestationKey);
        var digest = KeyStatement.QualifyingData(attestation.Statement);
        foreach (var attest in new[] { certify, creation })
        {
            Require(new TpmName(attest.QualifiedSigner) == signer, "the signer is no primary key of the endorsement hierarchy");
            Require(attest.ExtraData.Span.SequenceEqual(digest), "the TPM signed another statement");
        }

        return (certify, creation);
    }

    private static Attest Verify(AttestationKey key, SignedAttest signed)
    {
        Require(key.Verifies(signed.Attest, signed.Signature), "a signature is not by the attestation key");
        return Attest.Parse(signed.Attest);
    }

    private static void CheckCertify(KeyAttestation attestation, Attest certify, StorageChain chain)
    {
        var certified = certify.Certify ?? throw new KeyAttestationException("certify is not of a TPM2_Certify");
        Require(certified.Name == attestation.Object.Name, "another object was certified");
        Require(
            certified.QualifiedName == StorageChain.QualifiedName(chain.Nearest, attestation.Object),
            "the object is not under these parents");
    }

    private static void CheckCreation(KeyAttestation attestation, Attest creation, StorageChain chain, KeyStatement statement)
    {
        var made = creation.Creation ?? throw new KeyAttestationException("certifyCreation is not of a TPM2_CertifyCreation");
        Require(made.ObjectName == attestation.Object.Name, "the making of another object was certified");
        Require(
            made.CreationHash.Span.SequenceEqual(HashAlgorithms.Hash(attestation.Object.NameAlgorithm, attestation.CreationData)),
            "creationData is not what was certified");
        var data = KeyProof.In("creationData", () => CreationData.Parse(attestation.CreationData));
        Require(
            data.ParentName == attestation.Parents[0].Name && data.ParentQualifiedName == chain.Nearest,
            "the object was made under another parent");
        Require(
            data.OutsideInfo.Span.SequenceEqual(KeyStatement.Origin(statement.Name, statement.Version)),
            "the object was made for another key or version");
    }

    private static void Require(bool holds, string message) => KeyProof.Require(holds, message);
}
