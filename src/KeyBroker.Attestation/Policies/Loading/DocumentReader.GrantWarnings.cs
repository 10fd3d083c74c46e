using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Comparing;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private ImmutableArray<Grant> ReadGrants(YamlSequence? list)
    {
        var read = ReadAll(list, node => ReadGrant(node) is { } grant ? new PlacedGrant(node, grant) : null);
        foreach (var placed in read.Where(placed => placed.Grant.Terms.MaxUses is not null))
        {
            WarnOfUncounted(placed, read);
            WarnOfOneCount(placed, read);
        }

        foreach (var placed in read.Where(placed => placed.Grant.Terms.ForThisRequest))
        {
            WarnOfSharedQuotes(placed);
        }

        return [.. read.Select(placed => placed.Grant)];
    }

    private void WarnOfTheEnd(YamlNode node, DateTimeOffset? notAfter)
    {
        if (notAfter is { } end)
        {
            problems.WarnSince(end, node, "'notAfter' has passed: this grants nothing any more");
        }
    }

    /// <summary>POL-56. A quote is for a body, and these names and verbs may take the same one.</summary>
    private void WarnOfSharedQuotes(PlacedGrant placed)
    {
        if (placed.Grant.Patterns is not [{ IsLiteral: true }] || placed.Grant.Verbs.Length > 1)
        {
            problems.Warn(
                placed.Node, "'freshness: request' is about the body alone: a quote serves every name and verb of this grant that takes the same body; give it one of each");
        }
    }

    /// <summary>POL-58. A number binds nobody who may do the same by a grant without one.</summary>
    private void WarnOfUncounted(PlacedGrant counted, ImmutableArray<PlacedGrant> all)
    {
        foreach (var (verb, pattern, uncounted) in
                 from other in all
                 where IsAsWideAs(counted.Grant, other.Grant)
                 from verb in counted.Grant.Verbs.Intersect(other.Grant.Verbs).Where(verb => verb != Verb.Read).Take(1)
                 from pattern in counted.Grant.Patterns.Where(pattern => other.Grant.Patterns.Any(wider => Overlap(pattern, wider))).Take(1)
                 select (verb, pattern, other.Grant))
        {
            var kept = uncounted.OnlyToEnc && !counted.Grant.OnlyToEnc ? ", to the attested key: whoever holds that has the bytes all the same" : "";
            problems.Warn(
                counted.Node, $"'maxUses' does not hold for '{verb}' on '{pattern.Text}': another grant allows it without a number{kept}");
        }
    }

    /// <summary>POL-54. One count for both: the second warns, and so each pair does once.</summary>
    private void WarnOfOneCount(PlacedGrant counted, ImmutableArray<PlacedGrant> all)
    {
        foreach (var (verb, pattern) in
                 from other in all.TakeWhile(other => !ReferenceEquals(other, counted))
                 where other.Grant.Terms.MaxUses is not null && other.Grant.Kind == counted.Grant.Kind
                 from verb in counted.Grant.Verbs.Intersect(other.Grant.Verbs).Where(verb => verb != Verb.Read).Take(1)
                 from pattern in counted.Grant.Patterns.Where(pattern => other.Grant.Patterns.Any(wider => Overlap(pattern, wider))).Take(1)
                 select (verb, pattern))
        {
            problems.Warn(
                counted.Node,
                $"'maxUses' counts '{verb}' on '{pattern.Text}' together with an earlier grant: a use of either is one of both; for a count of its own put it into a policy of its own");
        }
    }

    private static bool IsAsWideAs(Grant counted, Grant other) =>
        other.Terms.MaxUses is null && other.Kind == counted.Kind
        && (TermsText.Of(other.Terms) is var words && (words.Length == 0 || words == TermsText.Of(counted.Terms with { MaxUses = null })));

    // Two patterns with a * in different places may overlap as well; that a human sees.
    private static bool Overlap(NamePattern one, NamePattern other) =>
        one.Text == other.Text || (one.IsLiteral && other.Matches(one.Text)) || (other.IsLiteral && one.Matches(other.Text));

    private sealed record PlacedGrant(YamlNode Node, Grant Grant);
}
