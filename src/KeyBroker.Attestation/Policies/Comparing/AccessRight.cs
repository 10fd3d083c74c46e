using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>One verb on one pattern of names, as policies grant it.</summary>
public sealed record AccessRight(ResourceKind Kind, NamePattern Pattern, string Verb, bool OnlyToEnc)
{
    public bool OnlyToTpm { get; init; }

    /// <summary>What is demanded beside, in words; empty: nothing.</summary>
    public string Terms { get; init; } = "";

    /// <summary>What policies grant together, whichever of them does.</summary>
    public static ImmutableArray<AccessRight> Of(IEnumerable<Policy> policies) =>
    [
        .. from policy in policies
           from grant in policy.Grants
           from pattern in grant.Patterns
           from verb in grant.Verbs
           select new AccessRight(grant.Kind, pattern, verb, grant.OnlyToEnc) { OnlyToTpm = grant.OnlyToTpm, Terms = TermsText.Of(grant.Terms) },
    ];

    /// <summary>The verbs on each set of names, like <c>read release secrets web/* to enc</c>.</summary>
    public static ImmutableArray<string> InWords(IEnumerable<AccessRight> rights) =>
    [
        .. rights.GroupBy(right => right.Resources, right => right.Verb)
            .OrderBy(names => names.Key, StringComparer.Ordinal)
            .Select(names => $"{string.Join(' ', names.Distinct().Order(StringComparer.Ordinal))} {names.Key}"),
    ];

    /// <summary>True when whoever has this right has the other too.</summary>
    public bool Covers(AccessRight other) =>
        Kind == other.Kind && Verb == other.Verb && (!OnlyToEnc || other.OnlyToEnc) && (!OnlyToTpm || other.OnlyToTpm)
        && (Terms.Length == 0 || Terms == other.Terms) && Pattern.Covers(other.Pattern);

    /// <summary>What the verb is allowed on, in words.</summary>
    public string Resources => $"{(Kind == ResourceKind.Key ? "keys" : "secrets")} {Pattern}{(OnlyToTpm ? " to the TPM" : OnlyToEnc ? " to enc" : "")}{(Terms.Length == 0 ? "" : $" if {Terms}")}";
}
