using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Audit;
using KeyBroker.Receipts;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.SelfAttestations;

/// <summary>Has the TPM say what the broker asks of machines: what its host booted, for the caller's nonce and the keys that sign here.</summary>
internal sealed class SelfAttester(
    BrokerAttestationKey attestationKey, BrokerEndorsementKey endorsementKey, SigningKeys signing, HostEventLog log)
{
    private static readonly PcrSelection s_hostRegisters =
        PcrSelection.Of(TpmAlgorithm.Sha256, [.. Enumerable.Range(0, 16)]);

    /// <exception cref="DeniedException">request-malformed: the credential is not for this broker.</exception>
    /// <exception cref="TpmAccess.TpmUnavailableException">The TPM cannot do it now.</exception>
    public async Task<BrokerEvidence> AttestAsync(SelfAttestationRequest request, CancellationToken cancellation)
    {
        var endorsement = await endorsementKey.FindAsync(cancellation);
        var activated = request.Credential is null ? null : await ActivateAsync(request, cancellation);
        var jwks = PublishedKeys();
        var quote = await attestationKey.QuoteAsync(
            BrokerBinding.ExtraData(request.Nonce, jwks), [s_hostRegisters], cancellation);
        return new BrokerEvidence
        {
            AttestationKey = attestationKey.Area,
            EndorsementKey = endorsement.Area,
            Certificate = endorsement.Certificate,
            Intermediates = endorsement.Intermediates,
            Attest = quote.Attest,
            Signature = quote.Signature,
            Pcrs = ByBank(quote.Registers),
            Jwks = jwks,
            EventLog = log.Bytes,
            Activated = activated,
        };
    }

    // BRA-6. The secret itself would let a stranger enrol this TPM elsewhere; a short one could be guessed from its answer.
    private async Task<byte[]> ActivateAsync(SelfAttestationRequest request, CancellationToken cancellation)
    {
        var secret = await endorsementKey.ActivateAsync(request.Credential!, cancellation);
        try
        {
            return secret is { Length: BrokerBinding.SecretLength }
                ? BrokerBinding.Activation(secret, request.Nonce)
                : throw SelfAttestationRequest.Unopened();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // BRA-3. A JWK Set may have members of its own (RFC 7517, 5): so the quote is over the issuer as well.
    private byte[] PublishedKeys() => CanonicalJson.Bytes(new JsonObject
    {
        ["issuer"] = signing.Issuer,
        ["keys"] = new JsonArray([.. signing.Published.Select(key => key.ToJwk())]),
    });

    private static Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> ByBank(IReadOnlyList<RegisterValue> registers) => registers
        .GroupBy(register => register.Bank)
        .ToDictionary(
            bank => bank.Key,
            bank => new SortedDictionary<int, byte[]>(bank.ToDictionary(register => register.Index, register => register.Value)));
}
