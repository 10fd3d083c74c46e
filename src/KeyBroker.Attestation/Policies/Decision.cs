using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>What the policies of a set say about one machine in one state at one instant.</summary>
public sealed class Decision
{
    private readonly DateTimeOffset _now;

    internal Decision(IEnumerable<PolicyOutcome> outcomes, DateTimeOffset now)
    {
        _now = now;
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

    /// <summary>The first policy by name that grants this, on whatever terms, or null.</summary>
    public Policy? FirstGranting(ResourceKind kind, string name, string verb) => Allowing(kind, name, verb).FirstOrDefault()?.Policy;

    /// <summary>True when the caller has some grant on this name, whatever the verb and the terms.</summary>
    public bool AnyGrant(ResourceKind kind, string name) => Covering(kind, name).Any();

    /// <summary>True when every grant that allows this demands the answer encrypted to the attested key.</summary>
    public bool OnlyToEnc(ResourceKind kind, string name, string verb) =>
        Allowing(kind, name, verb).All(granted => granted.Grant.OnlyToEnc);

    /// <summary>True when every grant that allows this demands a recipient that the machine's own TPM holds.</summary>
    public bool OnlyToTpm(ResourceKind kind, string name, string verb) =>
        Allowing(kind, name, verb).All(granted => granted.Grant.OnlyToTpm);

    /// <summary>POL-52. The grants on this name, by policy; those that are not in force now are as if they were not there.</summary>
    public IEnumerable<Granted> Covering(ResourceKind kind, string name) =>
        from policy in Holding
        from grant in policy.Grants
        where grant.Covers(kind, name) && grant.Terms.IsInForceAt(_now)
        select new Granted(policy, grant);

    /// <summary>Those of them that allow this, on whatever terms.</summary>
    public IEnumerable<Granted> Allowing(ResourceKind kind, string name, string verb) =>
        Covering(kind, name).Where(granted => granted.Grant.Allows(kind, name, verb));
}
