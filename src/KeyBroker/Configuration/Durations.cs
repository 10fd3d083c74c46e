using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>Reads the durations of the contract: <c>30s</c>, <c>5m</c>, <c>12h</c>, <c>30d</c>.</summary>
internal static class Durations
{
    private const int MaxDigits = 9;

    public static TimeSpan? TryParse(string? text)
    {
        if (text is not { Length: >= 2 and <= MaxDigits + 1 }
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        long? unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        return unit is { } seconds && count > 0 ? TimeSpan.FromSeconds(count * seconds) : null;
    }
}
