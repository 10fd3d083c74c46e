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
}
