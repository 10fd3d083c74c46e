using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Testing;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private const string Administrator = "administrator";

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
        var stated = ReadStated(members, verbs);
        members.RefuseUnknown();
        RefuseIf((key is null) == (secret is null), node, "a use names 'key' or 'secret', one of them");
        return name is null ? null : [.. verbs.Select(verb => new ExpectedUse(kind, name, verb) { Stated = stated })];
    }

    private StatedUse ReadStated(Members members, ImmutableArray<string> verbs)
    {
        var (aad, algorithm) = (members.Optional("aad"), members.Optional("algorithm"));

        // POL-51. What no call of this verb can say would make a case pass that shows nothing.
        RefuseOthers(aad, verbs, s_aadVerbs);
        RefuseOthers(algorithm, verbs, [Verb.Sign, Verb.Verify]);
        return new StatedUse
        {
            Aad = StatedAad(aad),
            Algorithm = Choice(algorithm, s_algorithms),
            TokenAge = Duration(members.Optional("tokenAge")),
            IsQuotedFor = Boolean(members.Optional("quotedForRequest")),
            HasProofKeyInTpm = Choice(members.Optional("proofKey"), "tpm", "software") is { } held ? held == "tpm" : null,
            UsedBefore = Integer(members.Optional("used")),
            Maker = StatedMaker(members.Optional("createdBy")),
            To = Choice(members.Optional("to"), DestinationNames.All) is { } to ? DestinationNames.Parse(to) : null,
        };
    }

    /// <summary>As in a grant; and <c>{ none: true }</c> for a call without aad.</summary>
    private ImmutableArray<byte>? StatedAad(YamlNode? node)
    {
        if (node is not YamlMapping mapping || Map(mapping)!.Optional("none") is not { } none)
        {
            return Aad(node);
        }

        RefuseIf(mapping.Members.Length > 1 || Boolean(none) == false, node, "a use without aad is written { none: true }");
        return [];
    }

    private string? StatedMaker(YamlNode? node) =>
        node is YamlScalar { Text: Administrator } ? Administrator : node is null ? null : Maker(node);
}
