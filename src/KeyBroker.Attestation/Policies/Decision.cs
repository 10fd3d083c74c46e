using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>What the policies of a set say about one machine in one state at one instant.</summary>
public sealed class Decision
{
    internal Decision(IEnumerable<PolicyOutcome> outcomes)
    {
        Outcomes = [.. outcomes.OrderBy(outcome => outcome.Policy.Name, StringComparer.Ordinal)];
        Holding = [.. Outcomes.Where(o => o.Holds && o.Mode == PolicyMode.Enforce).Select(o => o.Policy)];
        Reasons = [.. Outcomes.OrderBy(o => o.Mode).SelectMany(o => o.Reasons)];
        TokenLifetime = Holding.Min(policy => policy.TokenLifetime);
    }

    /// <summary>Every policy that selected the machine, by name, observed ones too.</summary>
    public ImmutableArray<PolicyOutcome> Outcomes { get; }

    /// <summary>The enforced policies that hold, by name. None: access is denied.</summary>
    public ImmutableArray<Policy> Holding { get; }

    public bool IsAllowed => !Holding.IsEmpty;

    /// <summary>Why policies do not hold, enforced ones first.</summary>
    public IReadOnlyList<Reason> Reasons { get; }

    /// <summary>The shortest lifetime among the policies that hold, or null where none names one.</summary>
    public TimeSpan? TokenLifetime { get; }

    /// <summary>The first policy by name that grants this, or null.</summary>
    public Policy? FirstGranting(ResourceKind kind, string name, string verb) =>
        Holding.FirstOrDefault(policy => policy.Grants.Any(grant => grant.Allows(kind, name, verb)));

    /// <summary>True when the caller has some grant on this name, whatever the verb.</summary>
    public bool AnyGrant(ResourceKind kind, string name) =>
        Holding.Any(policy => policy.Grants.Any(grant => grant.Covers(kind, name)));

    /// <summary>True when every grant that allows this demands the answer encrypted to the attested key.</summary>
    public bool OnlyToEnc(ResourceKind kind, string name, string verb) => Allowing(kind, name, verb).All(grant => grant.OnlyToEnc);

    /// <summary>True when every grant that allows this demands a recipient that the machine's own TPM holds.</summary>
    public bool OnlyToTpm(ResourceKind kind, string name, string verb) => Allowing(kind, name, verb).All(grant => grant.OnlyToTpm);

    private IEnumerable<Grant> Allowing(ResourceKind kind, string name, string verb) => Holding
        .SelectMany(policy => policy.Grants)
        .Where(grant => grant.Allows(kind, name, verb));
}
