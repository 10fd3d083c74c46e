using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Yaml;

/// <summary>A node of a policy file and where it begins; lines and columns count from 1.</summary>
internal abstract record YamlNode(int Line, int Column);

/// <summary>A list.</summary>
internal sealed record YamlSequence(ImmutableArray<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column);

/// <summary>A map whose names are scalars, each there once.</summary>
internal sealed record YamlMapping(ImmutableArray<YamlMember> Members, int Line, int Column) : YamlNode(Line, Column);

/// <summary>A name and its value in a map.</summary>
internal sealed record YamlMember(YamlScalar Name, YamlNode Value);
