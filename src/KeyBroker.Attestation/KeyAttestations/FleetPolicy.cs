using System.Security.Cryptography;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>
/// The authPolicy of a fleet storage key (specs/vault.md, VLT-2): it moves to another TPM, or is administered, only by a policy
/// that the fleet authority signed (TPM2_PolicyAuthorize; Part 3, 23.16).
/// </summary>
public static class FleetPolicy
{
    private static readonly byte[] s_duplicate = SHA256.HashData("keybroker-fleet-duplicate-v1"u8);
    private static readonly byte[] s_admin = SHA256.HashData("keybroker-fleet-admin-v1"u8);

    public static byte[] Of(TpmName authority) => PolicyDigest.Start(TpmAlgorithm.Sha256).Or(
        PolicyDigest.Start(TpmAlgorithm.Sha256).Authorize(authority, s_duplicate).Value,
        PolicyDigest.Start(TpmAlgorithm.Sha256).Authorize(authority, s_admin).Value).Value;
}
