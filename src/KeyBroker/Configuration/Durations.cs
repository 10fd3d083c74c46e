using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>Reads the durations of the contract: <c>30s</c>, <c>5m</c>, <c>12h</c>, <c>30d</c>.</summary>
internal static class Durations
{
    /// <summary>PRO-11. A hundred years, and short enough that no sum of it and a time is beyond the calendar.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36500);

    private const int MaxDigits = 9;
    private static readonly (char Unit, long Length)[] s_units = [('d', 86400), ('h', 3600), ('m', 60), ('s', 1)];

    /// <summary>Null for what is no duration, for none, and for more than <see cref="Longest"/>.</summary>
    public static TimeSpan? TryParse(string? text)
    {
        if (text is not { Length: >= 2 and <= MaxDigits + 1 }
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        long? unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        return unit is { } seconds && count > 0 && count * seconds <= (long)Longest.TotalSeconds
            ? TimeSpan.FromSeconds(count * seconds)
            : null;
    }

    /// <summary>As the contract writes it, in the largest unit that gives a whole number; rounded up to seconds.</summary>
    public static string Text(TimeSpan duration)
    {
        var seconds = (long)Math.Ceiling(duration.TotalSeconds);
        var (unit, length) = s_units.First(candidate => seconds > 0 && seconds % candidate.Length == 0 || candidate.Length == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
    }
}
