namespace KeyBroker.Attestation.Policies;

/// <summary>The one rule for names: lower-case ASCII segments, up to four, joined by a slash.</summary>
public static class ResourceName
{
    public const int MaxSegments = 4;
    public const int MaxSegmentLength = 64;

    /// <summary>True for a name of a key, a secret, a policy or a baseline.</summary>
    public static bool IsValid(string? name) => HasValidSegments(name, MaxSegments);

    /// <summary>True for a name of one segment.</summary>
    public static bool IsSegment(string? name) => HasValidSegments(name, 1);

    private static bool HasValidSegments(string? name, int limit)
    {
        if (name is null || name.Length > (limit * (MaxSegmentLength + 1)) - 1)
        {
            return false;
        }

        var count = 0;
        foreach (var range in name.AsSpan().Split('/'))
        {
            if (++count > limit || !IsSegment(name.AsSpan()[range]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSegment(ReadOnlySpan<char> segment) =>
        segment.Length is > 0 and <= MaxSegmentLength
        && IsAlphanumeric(segment[0])
        && IsAlphanumeric(segment[^1])
        && !segment.ContainsAnyExcept(NamePattern.SegmentCharacters);

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
