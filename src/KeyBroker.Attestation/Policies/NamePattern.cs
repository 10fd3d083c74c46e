using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace KeyBroker.Attestation.Policies;

/// <summary>A pattern over names: <c>*</c> is any run of characters inside a segment, a final <c>/**</c> is one or more segments.</summary>
public sealed class NamePattern
{
    private const int MaxLength = 256;

    private readonly string[] _segments;
    private readonly bool _open;

    private NamePattern(string text, string[] segments, bool open) => (Text, _segments, _open) = (text, segments, open);

    public string Text { get; }

    /// <summary>True when the pattern can only match the name that it is.</summary>
    public bool IsLiteral => !Text.Contains('*', StringComparison.Ordinal);

    internal static SearchValues<char> SegmentCharacters { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool TryParse(string? text, [NotNullWhen(true)] out NamePattern? pattern)
    {
        pattern = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        var open = text.EndsWith("/**", StringComparison.Ordinal);
        var segments = (open ? text[..^3] : text).Split('/');
        var count = segments.Length + (open ? 1 : 0);
        if (count > ResourceName.MaxSegments || !segments.All(IsSegmentPattern))
        {
            return false;
        }

        pattern = new NamePattern(text, segments, open);
        return true;
    }

    public static NamePattern Parse(string text) =>
        TryParse(text, out var pattern) ? pattern : throw new FormatException($"'{text}' is not a name pattern");

    public bool Matches(string name)
    {
        var at = 0;
        foreach (var range in name.AsSpan().Split('/'))
        {
            if (at == _segments.Length)
            {
                return _open;
            }

            if (!MatchesSegment(_segments[at++], name.AsSpan()[range]))
            {
                return false;
            }
        }

        return at == _segments.Length && !_open;
    }

    /// <summary>True when every name that the other matches is one that this matches; false also where that is not plain to see.</summary>
    public bool Covers(NamePattern other)
    {
        if (Text == other.Text || (other.IsLiteral && Matches(other.Text)))
        {
            return true;
        }

        // An open end takes one segment or more, of whatever kind.
        var reaches = _open ? other._segments.Length > _segments.Length || (other._open && other._segments.Length >= _segments.Length)
            : !other._open && other._segments.Length == _segments.Length;
        return reaches && _segments.Zip(other._segments).All(pair => pair.First == "*" || pair.First == pair.Second
            || (!pair.Second.Contains('*', StringComparison.Ordinal) && MatchesSegment(pair.First, pair.Second)));
    }

    public override string ToString() => Text;

    // Every literal character is one that a name may hold; two stars in a row mean nothing here.
    private static bool IsSegmentPattern(string segment) =>
        segment.Length is > 0 and <= ResourceName.MaxSegmentLength
        && !segment.Contains("**", StringComparison.Ordinal)
        && segment is not ("." or "..")
        && ResourceName.IsValid(segment.Replace('*', 'x'));

    // Greedy with one step back: linear in practice, never exponential.
    private static bool MatchesSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return !pattern[p..].ContainsAnyExcept('*');
    }
}
