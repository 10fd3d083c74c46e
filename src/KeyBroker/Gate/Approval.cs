using System.Collections.Immutable;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Gate;

/// <summary>Proof that this caller may do this to this resource now. No message that touches a key exists without one.</summary>
internal sealed class Approval : Admission
{
    private readonly Use _use;
    private readonly ImmutableArray<Func<Granted, bool>> _narrowings;

    private Approval(Admission admission, ImmutableArray<Granted> met, Use use, ImmutableArray<Func<Granted, bool>> narrowings)
        : base(admission, met)
    {
        (_use, _narrowings) = (use, narrowings);
        OnlyToEnc = met.All(granted => granted.Grant.OnlyToEnc);
        OnlyToTpm = met.All(granted => granted.Grant.OnlyToTpm);
    }

    /// <summary>The attested key that bytes may be encrypted to; null where there is none, or none that the grants are content with.</summary>
    public PublicJwk? Enc => OnlyToTpm && Caller.Residents.Enc is null ? null : Caller.Enc;

    /// <summary>Every grant that allows this demands that bytes leave only to <see cref="Enc"/>.</summary>
    public bool OnlyToEnc { get; }

    /// <summary>Every grant that allows this demands a recipient that the machine's own TPM holds.</summary>
    public bool OnlyToTpm { get; }

    /// <exception cref="DeniedException">operation-denied: the use meets the terms of no grant.</exception>
    public static Approval Of(Admission admission, Use use)
    {
        ImmutableArray<Granted> met = [.. admission.Grants.Where(granted => granted.Terms.Admits(use.Aad, use.Algorithm))];
        return met.IsEmpty ? throw NotOnTheseTerms(admission.Verb, WhatIsAnother(admission.Verb)) : new Approval(admission, met, use, []);
    }

    /// <summary>USE-8. The approval of the same use to the caller as it is by now.</summary>
    /// <exception cref="DeniedException">What the gate would say now.</exception>
    public Approval Again(Caller now, GrantFacts facts)
    {
        var again = Of(Admission.Of(now, (Verb, ResourceKind, ResourceName), facts), _use);
        return _narrowings.Aggregate(again, (approval, isContent) => approval.Narrowed(isContent));
    }

    /// <summary>By the grants alone that let bytes leave in clear: no other stands for it, nor is counted.</summary>
    public Approval InClear() => Narrowed(granted => !granted.Grant.OnlyToEnc);

    /// <summary>By the grants alone that are content with the attested key, which may be none of the machine's TPM.</summary>
    public Approval ToEnc() => Caller.Residents.Enc is null ? Narrowed(granted => !granted.Grant.OnlyToTpm) : this;

    /// <summary>The attested key that bytes may be encrypted to.</summary>
    /// <exception cref="DeniedException">operation-unsupported: none was attested; operation-denied: the grants demand one in a TPM.</exception>
    public PublicJwk RequireEnc() => Enc ?? throw (Caller.Enc is null
        ? Recipient.NotAttested()
        : new DeniedException(ProblemCodes.OperationDenied, "the policy grants this only to an enc key that the machine's TPM certified"));

    // POL-51. No verb has both.
    private static string WhatIsAnother(string verb) =>
        verb is Attestation.Policies.Verb.Sign or Attestation.Policies.Verb.Verify ? "the algorithm is another" : "the aad is another";

    private Approval Narrowed(Func<Granted, bool> isContent)
    {
        ImmutableArray<Granted> left = [.. Grants.Where(isContent)];
        return left.IsEmpty ? throw NotGranted(Verb) : new Approval(this, left, _use, _narrowings.Add(isContent));
    }
}
