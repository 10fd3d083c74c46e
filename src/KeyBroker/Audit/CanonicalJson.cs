using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Audit;

/// <summary>JSON in the one form of RFC 8785: members sorted by UTF-16 code units, nothing optional. Numbers here are integers.</summary>
internal static class CanonicalJson
{
    private static readonly SearchValues<char> s_escaped =
        SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(unit => (char)unit)]);

    public static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(Text(node));

    public static string Text(JsonNode? node)
    {
        var json = new StringBuilder();
        Append(json, node);
        return json.ToString();
    }

    private static void Append(StringBuilder json, JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case JsonValueKind.Object:
                var members = node.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal);
                AppendList(json, '{', '}', members, member => AppendMember(json, member));
                break;
            case JsonValueKind.Array:
                AppendList(json, '[', ']', node.AsArray(), item => Append(json, item));
                break;
            case JsonValueKind.String:
                AppendText(json, node.GetValue<string>());
                break;
            default:
                json.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendMember(StringBuilder json, KeyValuePair<string, JsonNode?> member)
    {
        AppendText(json, member.Key);
        json.Append(':');
        Append(json, member.Value);
    }

    private static void AppendList<T>(StringBuilder json, char open, char close, IEnumerable<T> items, Action<T> append)
    {
        json.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                json.Append(',');
            }

            first = false;
            append(item);
        }

        json.Append(close);
    }

    /// <summary>RFC 8785, 3.2.2.2: only quote, backslash and control characters are escaped, in the shortest way.</summary>
    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        if (text.AsSpan().IndexOfAny(s_escaped) < 0)
        {
            json.Append(text);
        }
        else
        {
            AppendEscaped(json, text);
        }

        json.Append('"');
    }

    private static void AppendEscaped(StringBuilder json, string text)
    {
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => json.Append(unit),
            };
        }
    }
}
