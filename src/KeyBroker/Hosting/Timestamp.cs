using System.Globalization;

namespace KeyBroker.Hosting;

/// <summary>Times as the contract writes them: RFC 3339 in UTC.</summary>
internal static class Timestamp
{
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
