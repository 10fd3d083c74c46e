using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    [GeneratedRegex(@"^sha256-[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MachineId { get; }

    private static readonly string[] s_algorithms = ["ES256", "ES384", "RS256", "PS256"];

    private static readonly string[] s_aadVerbs =
        [Verb.Encrypt, Verb.Decrypt, Verb.Wrap, Verb.Unwrap, Verb.Rewrap, Verb.DataKey];

    private Grant? ReadGrant(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var (keys, secrets) = (members.Optional("keys"), members.Optional("secrets"));
        var kind = keys is not null ? ResourceKind.Key : ResourceKind.Secret;
        var patterns = ReadAll(List(keys ?? secrets), Pattern);
        var allow = members.Required("allow");
        var verbs = ReadAll(List(allow), item => Choice(item, [.. Verb.For(kind)]));
        WarnOfTwins(allow, verbs);
        var to = Choice(members.Optional("to"), "enc");
        var recipient = Choice(members.Optional("recipient"), "tpm");
        var terms = ReadTerms(members, verbs);
        members.RefuseUnknown();
        RefuseIf((keys is null) == (secrets is null), node, "a grant names 'keys' or 'secrets', one of them");
        return new Grant(kind, patterns, verbs)
        {
            OnlyToEnc = (to ?? recipient) is not null,
            OnlyToTpm = recipient is not null,
            Terms = terms,
        };
    }

    private GrantTerms ReadTerms(Members members, ImmutableArray<string> verbs)
    {
        var (aad, algorithms) = (members.Optional("aad"), members.Optional("algorithms"));

        // POL-51. A constraint that says nothing about a verb would be taken for one that holds it.
        RefuseOthers(aad, verbs, s_aadVerbs);
        RefuseOthers(algorithms, verbs, [Verb.Sign, Verb.Verify]);
        var (notBefore, notAfter) = ReadWindow(members);
        var freshness = members.Optional("freshness");
        return new GrantTerms
        {
            Aad = Aad(aad),
            Algorithms = Algorithms(algorithms),
            MaxUses = MaxUses(members.Optional("maxUses"), verbs),
            NotBefore = notBefore,
            NotAfter = notAfter,
            TokenAge = freshness is YamlMapping ? TokenAge(freshness) : null,
            ForThisRequest = freshness is not YamlMapping && Choice(freshness, "request") is not null,
            ProofKeyInTpm = Choice(members.Optional("proofKey"), "tpm") is not null,
            Makers = ReadMakers(members),
        };
    }

    private ImmutableArray<string> ReadMakers(Members members)
    {
        var (createdBy, ownerOnly) = (members.Optional("createdBy"), members.Optional("ownerOnly"));
        var isOwnerOnly = Boolean(ownerOnly) == true;
        if (createdBy is null)
        {
            return isOwnerOnly ? [GrantTerms.Self] : [];
        }

        RefuseIf(ownerOnly is not null, createdBy, "'ownerOnly: true' is 'createdBy: self': a grant has one of the two");
        return createdBy is YamlSequence list ? ReadAll(List(list), Maker) : Maker(createdBy) is { } maker ? [maker] : [];
    }

    private string? Maker(YamlNode node) =>
        Text(node) is not { } text ? null
        : text == GrantTerms.Self || MachineId.IsMatch(text) ? text
        : Refuse<string>(node, $"'{text}' is none of: self, or the id of a machine, sha256- and 64 digits of lower-case hex");

    private int? MaxUses(YamlNode? node, ImmutableArray<string> verbs)
    {
        var most = Integer(node);
        if (node is not null)
        {
            RefuseIf(most == 0, node, "this grants nothing: at least 1 use is expected");
            if (verbs.Contains(Verb.Read, StringComparer.Ordinal))
            {
                problems.Warn(node, "'maxUses' beside 'read': to look is not counted");
            }
        }

        return most;
    }

    private (DateTimeOffset? NotBefore, DateTimeOffset? NotAfter) ReadWindow(Members members)
    {
        var end = members.Optional("notAfter");
        var (notBefore, notAfter) = (Time(members.Optional("notBefore")), Time(end));
        if (end is not null)
        {
            RefuseIf(notAfter <= notBefore, end, "'notAfter' is not later than 'notBefore': this grants nothing");
            WarnOfTheEnd(end, notAfter);
        }

        return (notBefore, notAfter);
    }

    private ImmutableArray<byte>? Aad(YamlNode? node)
    {
        if (node is not YamlMapping)
        {
            return Text(node) is { } text ? [.. Encoding.UTF8.GetBytes(text)] : null;
        }

        var members = Map(node)!;
        var equals = members.Required("equals");
        members.RefuseUnknown();
        return Text(equals) is not { } encoded ? null
            : Base64Url.TryDecode(encoded) is { } bytes ? [.. bytes]
            : RefuseValue<ImmutableArray<byte>>(equals, "this is base64url without padding");
    }

    private ImmutableArray<string> Algorithms(YamlNode? node)
    {
        ImmutableArray<string> named = node is null ? [] : ReadAll(List(node), item => Choice(item, s_algorithms));
        WarnOfTwins(node, named);
        return named;
    }

    private void WarnOfTwins(YamlNode? node, ImmutableArray<string> named)
    {
        if (node is not null && named.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twins)
        {
            problems.Warn(node, $"'{twins.Key}' is named more than once");
        }
    }

    private TimeSpan? TokenAge(YamlNode node)
    {
        var members = Map(node)!;
        var age = Duration(members.Required("token"));
        members.RefuseUnknown();
        return age;
    }

    private void RefuseOthers(YamlNode? node, ImmutableArray<string> verbs, string[] about)
    {
        if (node is not null && verbs.FirstOrDefault(verb => !about.Contains(verb, StringComparer.Ordinal)) is { } other)
        {
            problems.Refuse(node, $"this is about {string.Join(", ", about)}: {other} is for a grant of its own");
        }
    }

    private NamePattern? Pattern(YamlNode node) =>
        Text(node) is not { } text ? null
        : NamePattern.TryParse(text, out var pattern) ? pattern
        : Refuse<NamePattern>(node, $"'{text}' is not a name pattern: * within a segment, /** at the end");
}
