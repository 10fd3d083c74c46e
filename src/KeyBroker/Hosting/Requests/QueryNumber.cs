using System.Globalization;
using KeyBroker.Attestation;

namespace KeyBroker.Hosting;

/// <summary>Whole numbers in queries and paths.</summary>
internal static class QueryNumber
{
    /// <summary>Null where the query has none of this name.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static long? Find(HttpRequest request, string name) => request.Query[name] switch
    {
        { Count: 0 } => null,
        [{ } text] => Parse(text, name),
        _ => throw DeniedException.Malformed("it may occur once", name),
    };

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static long Parse(string text, string name) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw DeniedException.Malformed("a whole number is expected", name);
}
