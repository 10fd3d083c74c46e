using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Results;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private static readonly string[] s_statuses = [ResultStatuses.Affirming, ResultStatuses.Warning];

    // POL-64. A plain list asks for all of it; with 'atLeast' and 'of' that many are enough.
    private ResultsRequirement? ReadResults(YamlNode? node)
    {
        if (node is not YamlMapping)
        {
            var all = ReadAll(List(node), Result);
            return all.IsEmpty ? null : new ResultsRequirement(all.Length, all);
        }

        var members = Map(node)!;
        var (least, of) = (members.Required("atLeast"), members.Required("of"));
        members.RefuseUnknown();
        var list = ReadAll(List(of), Result);
        RefuseTwice(of, list);
        return Integer(least) is { } count && IsReachable(least!, count, list.Length) ? new ResultsRequirement(count, list) : null;
    }

    private bool IsReachable(YamlNode node, int count, int most)
    {
        RefuseIf(count < 1 || count > most, node, $"'atLeast' is from 1 to the {most} entries of 'of'");
        return count >= 1 && count <= most;
    }

    // One verifier that says two things is still one verifier.
    private void RefuseTwice(YamlNode? node, ImmutableArray<ResultRequirement> list)
    {
        var twice = list.GroupBy(one => one.Verifier).FirstOrDefault(same => same.Count() > 1);
        if (node is not null && twice is not null)
        {
            problems.Refuse(node, $"'{twice.Key}' is in 'of' twice: a verifier counts once");
        }
    }

    private ResultRequirement? Result(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var verifier = Verifier(members.Required("verifier"));
        var status = ResultStatuses.TryParse(Choice(members.Optional("status"), s_statuses));
        var claims = ReadClaims(members.Optional("claims"));
        members.RefuseUnknown();
        RefuseIf(!members.Has("status") && !members.Has("claims"), node, "an entry requires nothing: give it 'status', 'claims' or both");
        return verifier is null ? null : new ResultRequirement(verifier, status, claims);
    }

    // A verifier that nobody configured would be one whose results never come.
    private string? Verifier(YamlNode? node)
    {
        var name = Text(node);
        if (name is not null && !ResourceName.IsSegment(name))
        {
            return Refuse<string>(node, $"'{name}' is not a name of a verifier: one segment of a-z 0-9 . _ -");
        }

        if (name is not null && verifiers?.Contains(name) == false)
        {
            problems.RefuseWord(node!, $"there is no verifier '{name}'; configured: {ListOf(verifiers)}", name, verifiers);
            return null;
        }

        return name;
    }

    private static string ListOf(IReadOnlySet<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Order(StringComparer.Ordinal));

    private ImmutableArray<ClaimCondition> ReadClaims(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return [];
        }

        RefuseIf(members.Node.Members.IsEmpty, node!, "'claims' requires nothing: give it an entry");
        return [.. members.Node.Members.Select(Condition).OfType<ClaimCondition>()];
    }

    private ClaimCondition? Condition(YamlMember member)
    {
        var path = ClaimPath.TryParse(member.Name.Text);
        RefuseIf(path is null, member.Name, "a claim is named as it is, or by a JSON Pointer such as /submods/tpm/ear.status");
        return Test(member.Value) is { } test && path is not null ? new ClaimCondition(path, test) : null;
    }

    private ClaimTest? Test(YamlNode node)
    {
        if (node is not YamlMapping)
        {
            return ClaimValueOf(node) is { } value ? new ClaimIsAnyOf([value]) : null;
        }

        var members = Map(node)!;
        var (anyOf, contains, least) = (members.Optional("anyOf"), members.Optional("contains"), members.Optional("atLeast"));
        members.RefuseUnknown();
        if (new[] { anyOf, contains, least }.Count(test => test is not null) != 1)
        {
            return Refuse<ClaimTest>(node, "a claim has one of 'anyOf', 'contains', 'atLeast'");
        }

        return anyOf is not null ? AnyOf(anyOf)
            : contains is not null ? (ClaimValueOf(contains) is { } item ? new ClaimContains(item) : null)
            : Integer(least) is { } number ? new ClaimIsAtLeast(number) : null;
    }

    private ClaimIsAnyOf? AnyOf(YamlNode node) =>
        ReadAll(List(node), ClaimValueOf) is { IsEmpty: false } values ? new ClaimIsAnyOf(values) : null;

    private ClaimValue? ClaimValueOf(YamlNode node) => node switch
    {
        YamlScalar { IsBoolean: true } truth => new ClaimValue(truth.Text == "true"),
        YamlScalar { IsInteger: true } => new ClaimValue(Integer(node)!.Value),
        _ => Text(node) is { } text ? new ClaimValue(text) : null,
    };
}
