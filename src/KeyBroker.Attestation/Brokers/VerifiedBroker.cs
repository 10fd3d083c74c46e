using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Brokers;

/// <summary>
/// A broker whose TPM quoted, for this nonce and these published keys, this state. It cannot exist otherwise. Whether it is the
/// right one says <see cref="BrokerRequirement"/>.
/// </summary>
public sealed class VerifiedBroker
{
    private VerifiedBroker(BrokerEvidence evidence, string issuer, MeasuredState state) =>
        (Evidence, Issuer, State) = (evidence, issuer, state);

    public BrokerEvidence Evidence { get; }

    /// <summary>Who the broker says it is: the <c>iss</c> of all that its keys sign.</summary>
    public string Issuer { get; }

    /// <summary>The registers, and what the log proves of the boot.</summary>
    public MeasuredState State { get; }

    /// <summary>The name of the key that quoted.</summary>
    public TpmName AttestationKey => Evidence.AttestationKey.Name;

    /// <summary>True where the endorsement key was shown to be in the same TPM; a quote alone does not show it.</summary>
    public bool HoldsEndorsementKey { get; private init; }

    /// <summary>The checks of specs/broker-attestation.md, section 2, in their order.</summary>
    /// <param name="nonce">The caller's own, made for this answer.</param>
    /// <param name="challenge">The credential that was sent along; null for none.</param>
    /// <exception cref="DeniedException">Which check fails.</exception>
    public static VerifiedBroker Check(BrokerEvidence evidence, ReadOnlySpan<byte> nonce, BrokerChallenge? challenge = null)
    {
        var key = Endorsements.AttestationKey.Check(evidence.AttestationKey);
        var attest = AuthenticQuote.CheckSigned(evidence.Attest, evidence.Signature, key);
        CheckSigner(evidence.AttestationKey, attest);
        if (!CryptographicOperations.FixedTimeEquals(BrokerBinding.ExtraData(nonce, evidence.Jwks), attest.ExtraData.Span))
        {
            throw Denied(ReasonCodes.QuoteBinding, "the quote is not over this nonce and these published keys");
        }

        VerifiedQuote.CheckRegisters(attest.Quote!, evidence.Pcrs, key.HashName);
        if (challenge is not null && !challenge.IsAnsweredBy(evidence, nonce))
        {
            throw Denied(BrokerReasons.Endorsement, "its TPM did not open a credential for its endorsement key and its attestation key");
        }

        var registers = MeasuredState.FromVerified(evidence.Pcrs
            .SelectMany(bank => bank.Value.Select(register => ((bank.Key, register.Key), register.Value)))
            .ToDictionary());
        return new VerifiedBroker(evidence, ReadIssuer(evidence.Jwks), evidence.EventLog is { } log ? registers.With(log) : registers)
        {
            HoldsEndorsementKey = challenge is not null,
        };
    }

    // Its firmwareVersion and counters are plain then, and no key of a guest's own storage hierarchy quotes for the host (Part 1, 36.7).
    private static void CheckSigner(TpmPublic area, Attest attest)
    {
        if (new TpmName(attest.QualifiedSigner) != StorageChain.QualifiedName(TpmName.OfHandle(TpmHandle.Endorsement), area))
        {
            throw Denied(ReasonCodes.AttestationKeyAttributes, "the signer is no primary key of the endorsement hierarchy");
        }
    }

    private static string ReadIssuer(byte[] jwks)
    {
        var members = StrictJson.OpenObject(StrictJson.Parse(jwks));
        return members.Required("keys").ValueKind == JsonValueKind.Array
            ? members.Text("issuer")
            : throw DeniedException.Malformed("a list of keys is expected", "jwks.keys");
    }

    private static DeniedException Denied(string reason, string message) =>
        new(ProblemCodes.AttestationDenied, new Reason(reason, message));
}
