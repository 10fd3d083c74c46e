using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private static readonly string[] s_databases = ["PK", "KEK", "db", "dbx"];
    private static readonly string[] s_assertions =
        ["secureBoot", "authorities", "bootLoader", "kernel", "commandLine", "firmwareVersion", .. s_databases, "pcr"];

    private EventSection ReadEvents(Members spec)
    {
        if (Map(spec.Optional("eventLog")) is not { } members)
        {
            return EventSection.None;
        }

        var bank = Bank(members.Optional("bank"));
        var list = List(members.Required("require"));
        members.RefuseUnknown();
        var require = ReadAll(list, item => Event(item, bank));
        return new EventSection(true, bank, WithLoaders(list, require));
    }

    // Which images are loaders is said once, and the kernels are what else there is.
    private ImmutableArray<EventRequirement> WithLoaders(YamlSequence? list, ImmutableArray<EventRequirement> require)
    {
        var loaders = require.OfType<BootLoaderRequirement>().FirstOrDefault()?.AnyOf;
        if (list is not null && loaders is null)
        {
            WarnOfUnknownLoaders(list, require);
        }

        return [.. require.Select(one => one is KernelRequirement kernel ? kernel with { Loaders = loaders } : one)];
    }

    private void WarnOfUnknownLoaders(YamlSequence list, ImmutableArray<EventRequirement> require)
    {
        if (require.Any(one => one is CommandLineRequirement))
        {
            problems.Warn(list, "'commandLine' without 'bootLoader': what starts a kernel without a loader measures no line, and anybody could later");
        }
        else if (require.Any(one => one is KernelRequirement) && !require.Any(one => one is SecureBootRequirement { Enabled: true }))
        {
            problems.Warn(list, "neither 'bootLoader' nor 'secureBoot: enabled': a loader of anybody's could measure the listed values");
        }
    }

    private EventRequirement? Event(YamlNode node, TpmAlgorithm bank)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        if (members.Node.Members is not [var assertion])
        {
            return Refuse<EventRequirement>(node, "an entry has one assertion");
        }

        _ = members.Optional(assertion.Name.Text);
        return Event(assertion, bank);
    }

    private EventRequirement? Event(YamlMember assertion, TpmAlgorithm bank) => assertion.Name.Text switch
    {
        "secureBoot" => Choice(assertion.Value, "enabled", "disabled") is { } state
            ? new SecureBootRequirement(state == "enabled")
            : null,
        "authorities" => Digests(assertion.Value, "anyOf", TpmAlgorithm.Sha256) is { } any ? new AuthoritiesRequirement(any) : null,
        "bootLoader" => ImageDigests(assertion.Value, bank) is { } any ? new BootLoaderRequirement(any) : null,
        "kernel" => ImageDigests(assertion.Value, bank) is { } any ? new KernelRequirement(any, null) : null,
        "commandLine" => CommandLine(assertion.Value),
        "firmwareVersion" => Texts(assertion.Value, "anyOf") is { } any ? new FirmwareRequirement(any) : null,
        "pcr" => OnlyEvents(assertion.Value, bank),
        var name when s_databases.Contains(name, StringComparer.Ordinal) =>
            Digests(assertion.Value, "contains", TpmAlgorithm.Sha256) is { } entries ? new DatabaseRequirement(name, entries) : null,
        _ => UnknownAssertion(assertion.Name),
    };

    private EventRequirement? UnknownAssertion(YamlScalar name)
    {
        problems.RefuseWord(name, $"unknown assertion '{name.Text}'; known: {string.Join(", ", s_assertions)}", name.Text, s_assertions);
        return null;
    }

    // kernel: { sha256: { anyOf: [...] } }: the bank is named where a digest of it stands.
    private AcceptedDigests? ImageDigests(YamlNode node, TpmAlgorithm bank)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var inner = members.Required(PcrBanks.NameOf(bank));
        members.RefuseUnknown();
        return inner is null ? null : Digests(inner, "anyOf", bank);
    }

    private AcceptedDigests? Digests(YamlNode node, string member, TpmAlgorithm bank)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var digests = DigestList(members.Required(member), bank);
        members.RefuseUnknown();
        return digests;
    }

    private AcceptedDigests DigestList(YamlNode? node, TpmAlgorithm bank) => new(
        (List(node)?.Items ?? []).Select((item, at) => EventDigest(item, bank, at)).OfType<AcceptedValue>());

    private AcceptedValue? EventDigest(YamlNode node, TpmAlgorithm bank, int at) => node is YamlMapping
        ? Accepted(node, bank, at)
        : Value(node, bank, unextended: false) is { } value ? new AcceptedValue(value, $"value {at + 1}") : null;

    private OnlyEventsRequirement? OnlyEvents(YamlNode node, TpmAlgorithm bank)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var index = members.Required("index");
        var pcr = index is null ? null : Register(index, Integer(index));
        var digests = DigestList(members.Required("onlyEvents"), bank);
        members.RefuseUnknown();
        return pcr is { } known ? new OnlyEventsRequirement(known, digests) : null;
    }

    private CommandLineRequirement? CommandLine(YamlNode node)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var (contains, forbids) = (Words(members.Optional("contains")), Words(members.Optional("forbids")));
        members.RefuseUnknown();
        RefuseIf(contains.IsEmpty && forbids.IsEmpty, node, "'commandLine' requires nothing: give 'contains' or 'forbids' an entry");
        return new CommandLineRequirement(contains, forbids);
    }

    private ImmutableArray<string> Words(YamlNode? node) => ReadAll(List(node), item =>
        Text(item) is not { } word ? null
        : word.All(c => c is > ' ' and <= '~' and not '"') ? word
        : Refuse<string>(item, $"'{word}' is not one word of a command line"));

    private ImmutableArray<string>? Texts(YamlNode node, string member)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var texts = ReadAll(List(members.Required(member)), Text);
        members.RefuseUnknown();
        return texts;
    }

    private sealed record EventSection(bool IsPresent, TpmAlgorithm Bank, ImmutableArray<EventRequirement> Require)
    {
        public static EventSection None { get; } = new(false, TpmAlgorithm.Sha256, []);
    }
}
