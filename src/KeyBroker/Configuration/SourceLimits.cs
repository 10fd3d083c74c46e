using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>How much one source address may ask: requests a second, and requests under way at once.</summary>
internal sealed record SourceLimits(int PerSecond, int InFlight)
{
    private const int DefaultPerSecond = 5_000;
    private const int DefaultInFlight = 500;

    public static SourceLimits Read(IConfiguration section) =>
        new(Positive(section, "PerSecond", DefaultPerSecond), Positive(section, "InFlight", DefaultInFlight));

    private static int Positive(IConfiguration section, string key, int fallback)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new StartupException($"set KeyBroker:RateLimits:{key} to a whole number above 0");
    }
}
