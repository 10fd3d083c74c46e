using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>How much one source address may ask: requests a second, and requests under way at once.</summary>
internal sealed record SourceLimits(int PerSecond, int InFlight)
{
    private const int DefaultAttestations = 600;

    private const int DefaultPerSecond = 5_000;
    private const int DefaultInFlight = 500;

    /// <summary>How often it may ask what the broker itself is: that costs the TPM a signature, and needs no credential.</summary>
    public int BrokerAttestationsPerMinute { get; init; } = DefaultAttestations;

    public static SourceLimits Read(IConfiguration section) =>
        new(Positive(section, "PerSecond", DefaultPerSecond), Positive(section, "InFlight", DefaultInFlight))
        {
            BrokerAttestationsPerMinute = Positive(section, "BrokerAttestationsPerMinute", DefaultAttestations),
        };

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
