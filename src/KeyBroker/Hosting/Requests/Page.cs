using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;

namespace KeyBroker.Hosting;

/// <summary>Which part of a list was asked for: <c>?limit</c> and <c>?after</c>.</summary>
internal sealed record Page(int Limit, string After)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static Page Of(HttpRequest request)
    {
        var (limits, afters) = (request.Query["limit"], request.Query["after"]);
        if (limits.Count > 1 || afters.Count > 1)
        {
            throw DeniedException.Malformed("limit and after may occur once");
        }

        return new Page(limits is [{ } text] ? ParseLimit(text) : DefaultLimit, afters is [{ } after] ? after : "");
    }

    /// <summary>The list answer; ask for one item more than <see cref="Limit"/>, which tells whether there is a next page.</summary>
    public JsonObject Answer<T>(IReadOnlyList<T> found, Func<T, JsonNode> item, Func<T, string> key)
    {
        var answer = new JsonObject { ["items"] = new JsonArray([.. found.Take(Limit).Select(item)]) };
        if (found.Count > Limit)
        {
            answer["next"] = key(found[Limit - 1]);
        }

        return answer;
    }

    private static int ParseLimit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MaxLimit
            ? limit
            : throw DeniedException.Malformed($"a number from 1 to {MaxLimit} is expected", "limit");
}
