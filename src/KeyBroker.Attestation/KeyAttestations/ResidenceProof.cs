using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>Where an object may go, by its attributes and those of every key above it (Part 1, 25.2; Part 2, 8.3.3).</summary>
internal static class ResidenceProof
{
    private const ObjectAttributes Bound = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent;

    /// <returns>Null where the object can never leave this TPM; else the authority whose signature it takes.</returns>
    /// <exception cref="KeyAttestationException">It may go where the statement does not say.</exception>
    public static TpmName? Check(KeyStatement statement, KeyAttestation attestation)
    {
        switch (statement.Residence)
        {
            case "local":
                KeyProof.Require(
                    IsBound(attestation.Object) && attestation.Parents.All(IsBound), "the key may leave the TPM");
                KeyProof.Require(attestation.FleetAuthority is null, "fleetAuthority of a key that no fleet has");
                return null;
            case "fleet":
                return CheckFleet(attestation);
            default:
                throw new KeyAttestationException("an unknown residence");
        }
    }

    /// <summary>The key stays with its parent, and the parent's policy is the fleet authority's: nothing else lets it move.</summary>
    private static TpmName CheckFleet(KeyAttestation attestation)
    {
        var authority = attestation.FleetAuthority ?? throw new KeyAttestationException("the fleet authority is missing");
        var parent = attestation.Parents[0];
        KeyProof.Require(
            attestation.Object.Attributes.HasFlag(ObjectAttributes.FixedParent), "the key may leave its parent");
        KeyProof.Require(
            parent.Attributes.HasFlag(ObjectAttributes.AdminWithPolicy)
                && parent.Attributes.HasFlag(ObjectAttributes.EncryptedDuplication)
                && parent.NameAlgorithm == TpmAlgorithm.Sha256
                && parent.AuthPolicy.Span.SequenceEqual(FleetPolicy.Of(authority.Name)),
            "the parent may leave by another policy than the fleet authority's");
        KeyProof.Require(attestation.Parents.Skip(1).All(IsBound), "a key above the parent may leave the TPM");
        return authority.Name;
    }

    private static bool IsBound(TpmPublic area) => (area.Attributes & Bound) == Bound;
}
