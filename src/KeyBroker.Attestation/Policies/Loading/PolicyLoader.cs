using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Reads and validates a set of files as one: all of it is in order, or none of it counts.</summary>
internal sealed class PolicyLoader(IReadOnlySet<string>? verifiers)
{
    private readonly List<(Document Document, Problems Problems)> _documents = [];
    private readonly List<PolicyFile> _files = [];
    private readonly List<PolicyError> _errors = [];
    private readonly List<PolicyError> _warnings = [];

    public static PolicySet Load(IEnumerable<PolicyFile> files, IEnumerable<PolicyError> knownErrors, IReadOnlySet<string>? verifiers)
    {
        var loader = new PolicyLoader(verifiers);
        loader._errors.AddRange(knownErrors);
        foreach (var file in files)
        {
            loader.Add(file);
        }

        return loader.Build();
    }

    private void Add(PolicyFile file)
    {
        _files.Add(file);
        var problems = new Problems(file.Name);
        try
        {
            var document = new DocumentReader(problems, verifiers).Read(YamlReader.Read(file.Content.Span));
            if (document is not null)
            {
                _documents.Add((document, problems));
            }
        }
        catch (YamlRefusal refusal)
        {
            problems.Errors.Add(new PolicyError(file.Name, refusal.Line, refusal.Column, refusal.Message));
        }

        _errors.AddRange(problems.Errors);
        _warnings.AddRange(problems.Warnings);
    }

    private PolicySet Build()
    {
        RefuseTwins(document => document.Policy?.Name, "policy");
        RefuseTwins(document => document.Baseline?.Name, "baseline");
        CheckBaselineNames();
        return _errors.Count == 0
            ? new PolicySet(
                _documents.Select(entry => entry.Document.Policy).OfType<Policy>(),
                _documents.Select(entry => entry.Document.Baseline).OfType<Baseline>(),
                InOrder(_warnings))
            {
                Files = _files,
            }
            : throw new PolicyException(InOrder(_errors));
    }

    private void RefuseTwins(Func<Document, string?> nameOf, string kind)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (document, problems) in _documents)
        {
            if (nameOf(document) is { } name && !first.TryAdd(name, problems.File))
            {
                _errors.Add(new PolicyError(
                    problems.File, document.Name.Line, document.Name.Column, $"{kind} '{name}' is in {first[name]} already"));
            }
        }
    }

    private void CheckBaselineNames()
    {
        var names = _documents.Select(entry => entry.Document.Baseline?.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (document, problems) in _documents)
        {
            foreach (var node in (document.BaselineNames?.Items ?? []).OfType<YamlScalar>())
            {
                if (NamePattern.TryParse(node.Text, out var pattern) && !Exists(pattern))
                {
                    _warnings.Add(new PolicyError(
                        problems.File, node.Line, node.Column, $"there is no baseline '{pattern}' in this set"));
                }
            }
        }

        bool Exists(NamePattern pattern)
        {
            if (!found.TryGetValue(pattern.Text, out var exists))
            {
                found[pattern.Text] = exists = pattern.IsLiteral ? names.Contains(pattern.Text) : names.Any(pattern.Matches);
            }

            return exists;
        }
    }

    private static List<PolicyError> InOrder(IEnumerable<PolicyError> errors) =>
    [
        .. errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column),
    ];
}
