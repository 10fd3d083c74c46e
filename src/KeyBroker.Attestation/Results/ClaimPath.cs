using System.Globalization;
using System.Text.Json;

namespace KeyBroker.Attestation.Results;

/// <summary>
/// Where a claim stands: the name of a claim of the result, or a JSON Pointer (RFC 6901) that begins with a slash. Names of
/// claims hold dots, so no dot separates anything.
/// </summary>
public sealed class ClaimPath
{
    public const int MaxLength = 512;

    private readonly string[] _tokens;

    private ClaimPath(string text, string[] tokens) => (Text, _tokens) = (text, tokens);

    public string Text { get; }

    /// <summary>Null where the text is neither.</summary>
    public static ClaimPath? TryParse(string text)
    {
        if (text.Length is 0 or > MaxLength || text == "/")
        {
            return null;
        }

        if (text[0] != '/')
        {
            return new ClaimPath(text, [text]);
        }

        var tokens = text[1..].Split('/');
        return tokens.All(IsToken) ? new ClaimPath(text, [.. tokens.Select(Unescaped)]) : null;
    }

    /// <summary>The claim, or null where there is none: absence is never a value.</summary>
    public JsonElement? Find(JsonElement claims)
    {
        var found = claims;
        foreach (var token in _tokens)
        {
            if (Step(found, token) is not { } next)
            {
                return null;
            }

            found = next;
        }

        return found;
    }

    public override string ToString() => Text;

    private static JsonElement? Step(JsonElement from, string token) => from.ValueKind switch
    {
        JsonValueKind.Object when from.TryGetProperty(token, out var member) => member,
        JsonValueKind.Array when Index(token) is { } index && index < from.GetArrayLength() => from[index],
        _ => null,
    };

    private static int? Index(string token) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && token == index.ToString(CultureInfo.InvariantCulture) ? index : null;

    // RFC 6901, 3: ~ stands for itself as ~0 and for / as ~1, and nothing else.
    private static bool IsToken(string token)
    {
        for (var at = token.IndexOf('~', StringComparison.Ordinal); at >= 0; at = token.IndexOf('~', at + 1))
        {
            if (at + 1 == token.Length || token[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return token.Length > 0;
    }

    private static string Unescaped(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
