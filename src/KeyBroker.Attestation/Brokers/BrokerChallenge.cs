using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Brokers;

/// <summary>
/// Asks whether one TPM holds two keys: only that one opens the credential (Part 1, 24). Nothing that was signed before could say it.
/// </summary>
public sealed class BrokerChallenge
{
    private readonly TpmPublic _endorsementKey;
    private readonly TpmName _attestationKey;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(BrokerBinding.SecretLength);

    private BrokerChallenge(TpmPublic endorsementKey, TpmName attestationKey)
    {
        (_endorsementKey, _attestationKey) = (endorsementKey, attestationKey);
        Credential = CredentialBlob.MakeCredential(endorsementKey, attestationKey, _secret);
    }

    /// <summary>What is sent to the broker.</summary>
    public CredentialBlob Credential { get; }

    /// <param name="evidence">An earlier answer, which says which two keys.</param>
    /// <exception cref="DeniedException">Its endorsement key is none of a TCG template.</exception>
    public static BrokerChallenge For(BrokerEvidence evidence)
    {
        try
        {
            return new BrokerChallenge(EndorsementKey.Check(evidence.EndorsementKey).Public, evidence.AttestationKey.Name);
        }
        catch (Exception failure) when (failure is TpmFormatException or CryptographicException)
        {
            throw DeniedException.Malformed("the endorsement key is none", "ek");
        }
    }

    /// <summary>True where the evidence names the same two keys and its TPM opened the credential.</summary>
    internal bool IsAnsweredBy(BrokerEvidence evidence, ReadOnlySpan<byte> nonce) =>
        evidence.EndorsementKey == _endorsementKey
        && evidence.AttestationKey.Name == _attestationKey
        && CryptographicOperations.FixedTimeEquals(BrokerBinding.Activation(_secret, nonce), evidence.Activated ?? []);
}
