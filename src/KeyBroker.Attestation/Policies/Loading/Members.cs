using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>The members of a map, taken by name; those that nobody took are unknown.</summary>
internal sealed class Members(YamlMapping mapping, Problems problems)
{
    private readonly Dictionary<string, YamlNode> _members =
        mapping.Members.ToDictionary(member => member.Name.Text, member => member.Value, StringComparer.Ordinal);

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public YamlMapping Node { get; } = mapping;

    public bool Has(string name) => _members.ContainsKey(name);

    public YamlNode? Optional(string name)
    {
        _known.Add(name);
        return _members.GetValueOrDefault(name);
    }

    public YamlNode? Required(string name)
    {
        var value = Optional(name);
        if (value is null)
        {
            problems.Refuse(Node, $"'{name}' is missing");
        }

        return value;
    }

    public void RefuseUnknown()
    {
        foreach (var member in Node.Members.Where(member => !_known.Contains(member.Name.Text)))
        {
            problems.RefuseWord(
                member.Name, $"unknown member '{member.Name.Text}'; known here: {string.Join(", ", _known)}", member.Name.Text, _known);
        }
    }
}
