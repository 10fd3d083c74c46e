using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private ExpectedDecision? CaseExpectation(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var decision = Choice(members.Required("decision"), "allowed", "denied");
        var expected = new ExpectedDecision(decision == "allowed")
        {
            Policies = Names(members.Optional("policies")),
            Observed = Names(members.Optional("observed")),
            Reasons = ReadAll(List(members.Optional("reasons")), ExpectedReasonOf),
            May = [.. ReadAll(List(members.Optional("may")), Uses).SelectMany(uses => uses)],
            MayNot = [.. ReadAll(List(members.Optional("mayNot")), Uses).SelectMany(uses => uses)],
        };
        members.RefuseUnknown();
        return expected;
    }

    private ImmutableArray<string>? Names(YamlNode? node) =>
        node is null ? null : ReadAll(List(node, mayBeEmpty: true), Name);

    private ExpectedReason? ExpectedReasonOf(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var reason = new ExpectedReason(Choice(members.Optional("code"), ReasonCodes.All))
        {
            Policy = Name(members.Optional("policy")),
            Pcr = Integer(members.Optional("pcr")),
        };
        members.RefuseUnknown();
        return reason;
    }

    private List<ExpectedUse>? Uses(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var (key, secret) = (members.Optional("key"), members.Optional("secret"));
        var kind = key is not null ? ResourceKind.Key : ResourceKind.Secret;
        var name = Name(key ?? secret);
        var verbs = ReadAll(List(members.Required("verbs")), item => Choice(item, [.. Verb.For(kind)]));
        members.RefuseUnknown();
        RefuseIf((key is null) == (secret is null), node, "a use names 'key' or 'secret', one of them");
        return name is null ? null : [.. verbs.Select(verb => new ExpectedUse(kind, name, verb))];
    }
}
