using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Reads one document of the policy language; what is wrong goes to the problems of its file.</summary>
/// <param name="problems">Where what is wrong goes.</param>
/// <param name="verifiers">The remote verifiers that results can be of; null where nobody knows them.</param>
internal sealed partial class DocumentReader(Problems problems, IReadOnlySet<string>? verifiers = null)
{
    private const int MaxText = 1024;

    private static readonly string[] s_kinds = ["Policy", "Baseline"];

    /// <summary>The document, or null where something is wrong.</summary>
    public Document? Read(YamlNode root)
    {
        if (Map(root) is not { } members)
        {
            return null;
        }

        var digest = CanonicalJson.DigestOf(root);
        Choice(members.Required("apiVersion"), "keybroker/v1");
        var kind = Kind(members);
        var metadata = ReadMetadata(members.Required("metadata"));
        var spec = members.Required("spec");
        members.RefuseUnknown();
        return kind switch
        {
            "Policy" when Map(spec) is { } policy => ReadPolicy(policy, metadata, digest),
            "Baseline" when Map(spec) is { } baseline => ReadBaseline(baseline, metadata, digest),
            _ => null,
        };
    }

    // A kind that is misspelt or missing is guessed, so that what else is wrong is told at once.
    private string Kind(Members members)
    {
        var node = members.Required("kind");
        var isPolicy = members.Optional("spec") is YamlMapping spec
            && spec.Members.Any(member => member.Name.Text is "grants" or "machines");
        return Choice(node, s_kinds)
            ?? (node is YamlScalar word ? Spelling.Nearest(word.Text, s_kinds) : null)
            ?? (isPolicy ? "Policy" : "Baseline");
    }

    private Metadata ReadMetadata(YamlNode? node)
    {
        if (Map(node) is not { } members)
        {
            return new Metadata(null, null, null, node);
        }

        var name = members.Required("name");
        var metadata = new Metadata(
            Name(name), Text(members.Optional("description")), Text(members.Optional("owner")), name);
        members.RefuseUnknown();
        return metadata;
    }

    private sealed record Metadata(string? Name, string? Description, string? Owner, YamlNode? NameNode);
}

/// <summary>A document that was read, and where its name stands.</summary>
internal sealed record Document(Policy? Policy, Baseline? Baseline, YamlNode Name, YamlSequence? BaselineNames);
