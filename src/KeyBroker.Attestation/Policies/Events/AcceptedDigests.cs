using System.Collections.Frozen;
using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>Digests that a file lists, and the names that refusals call them by.</summary>
public sealed class AcceptedDigests
{
    private readonly FrozenSet<string> _values;

    public AcceptedDigests(IEnumerable<AcceptedValue> accepted)
    {
        var all = accepted.ToList();
        Labels = [.. all.Select(value => value.Label)];
        Values = [.. all.Select(value => Convert.ToHexStringLower(value.Value.Span))];
        _values = Values.ToFrozenSet(StringComparer.Ordinal);
    }

    public ImmutableArray<string> Labels { get; }

    /// <summary>Lower-case hex, in the order of the file.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>The label of a listed digest, and any other digest itself.</summary>
    public string NameOf(string digest) => Values.IndexOf(digest) is >= 0 and var at ? Labels[at] : digest;

    public bool Contains(string digest) => _values.Contains(digest);
}
