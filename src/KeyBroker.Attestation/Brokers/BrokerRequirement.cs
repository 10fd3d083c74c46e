using System.Collections.Immutable;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Brokers;

/// <summary>Which broker a caller is content with: whose TPM, in which state. A file of kind <c>Broker</c>.</summary>
public sealed class BrokerRequirement
{
    // A broker is no machine of ours: the policy inside is about nothing but its state.
    private static readonly MachineFacts s_anybody =
        new("", "", TrustLevel.Approved, ImmutableDictionary<string, string>.Empty);

    internal BrokerRequirement(Policy state) => State = state;

    public string Name => State.Name;

    /// <summary>Null for any.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>Names of attestation keys, lower-case hex, of which one must have quoted; empty: any, where the endorsement key decides.</summary>
    public required ImmutableArray<string> AttestationKeys { get; init; }

    /// <summary>Endorsement keys, as <c>sha256-</c> and the digest of the SubjectPublicKeyInfo, of which one must be in its TPM; empty: not asked.</summary>
    public required ImmutableArray<string> EndorsementKeys { get; init; }

    /// <summary>Who must have certified its endorsement key; null: not asked.</summary>
    public CertificateAnchors? Makers { get; internal init; }

    /// <summary>True where an answer to a credential is needed, which only a broker that is asked can give.</summary>
    public bool NeedsEndorsement => Makers is not null || !EndorsementKeys.IsEmpty;

    /// <summary>The folder of certificates as the file names it.</summary>
    internal string? Roots { get; init; }

    internal Policy State { get; }

    /// <param name="path">Where it is: the folder that it names is looked for from there.</param>
    /// <param name="content">What is in it.</param>
    /// <exception cref="PolicyException">Something is wrong in it; it says everything that is.</exception>
    /// <exception cref="CertificateException">The folder that it names holds no certificates of makers.</exception>
    /// <exception cref="IOException">That folder cannot be read.</exception>
    public static BrokerRequirement Load(string path, ReadOnlyMemory<byte> content)
    {
        var read = Read(new PolicyFile(Path.GetFileName(path), content));
        return read.Roots is null ? read : new BrokerRequirement(read.State)
        {
            Issuer = read.Issuer,
            AttestationKeys = read.AttestationKeys,
            EndorsementKeys = read.EndorsementKeys,
            Makers = CertificateAnchors.Load(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, read.Roots)),
        };
    }

    /// <summary>All of it but the certificates that it refers to.</summary>
    /// <exception cref="PolicyException">Something is wrong in it; it says everything that is.</exception>
    internal static BrokerRequirement Read(PolicyFile file)
    {
        var problems = new Problems(file.Name);
        try
        {
            var read = new DocumentReader(problems).ReadBroker(YamlReader.Read(file.Content.Span));
            return read is not null && problems.Errors.Count == 0 ? read : throw new PolicyException(problems.Errors);
        }
        catch (YamlRefusal refusal)
        {
            throw new PolicyException([new PolicyError(file.Name, refusal.Line, refusal.Column, refusal.Message)]);
        }
    }

    /// <summary>Why it is not the broker that is required; nothing where it is.</summary>
    public IReadOnlyList<Reason> Check(VerifiedBroker broker, DateTimeOffset now) =>
    [
        .. CheckIdentity(broker),
        .. NeedsEndorsement ? CheckEndorsement(broker, now) : [],
        .. new Evaluation(s_anybody, broker.State, [], now).Of(State).Reasons,
    ];

    private IEnumerable<Reason> CheckIdentity(VerifiedBroker broker)
    {
        if (Issuer is not null && Issuer != broker.Issuer)
        {
            yield return Differs(BrokerReasons.Issuer, "it is another issuer", broker.Issuer, [Issuer]);
        }

        if (!AttestationKeys.IsEmpty && !AttestationKeys.Contains(broker.AttestationKey.ToString()))
        {
            yield return Differs(
                BrokerReasons.AttestationKey, "the quote is by another TPM's attestation key", broker.AttestationKey.ToString(), AttestationKeys);
        }
    }

    private IEnumerable<Reason> CheckEndorsement(VerifiedBroker broker, DateTimeOffset now)
    {
        if (!broker.HoldsEndorsementKey)
        {
            return [new Reason(BrokerReasons.Endorsement, "that its TPM holds this endorsement key can be shown only by asking the broker")];
        }

        try
        {
            return CheckEndorsement(EndorsementKey.Check(broker.Evidence.EndorsementKey), broker.Evidence, now);
        }
        catch (DeniedException refused)
        {
            return refused.Reasons;
        }
    }

    private IEnumerable<Reason> CheckEndorsement(EndorsementKey key, BrokerEvidence evidence, DateTimeOffset now)
    {
        if (Makers is not null)
        {
            var certificate = new EndorsementEvidence(
                evidence.Certificate ?? throw NoCertificate(), [.. evidence.Intermediates.Select(der => (ReadOnlyMemory<byte>)der)]);
            _ = CertifiedEndorsement.Check(key, certificate, new EndorsementTrust(Makers, EndorsementDenyList.Empty), now);
        }

        return EndorsementKeys.IsEmpty || EndorsementKeys.Contains(key.MachineId)
            ? []
            : [Differs(BrokerReasons.Endorsement, "its TPM has another endorsement key", key.MachineId, EndorsementKeys)];
    }

    private static DeniedException NoCertificate() => new(
        ProblemCodes.AttestationDenied, new Reason(ReasonCodes.EndorsementCertificate, "its TPM has no certificate of a maker"));

    private static Reason Differs(string code, string message, string actual, IReadOnlyList<string> expected) =>
        new(code, message) { Actual = actual, Expected = expected };
}
