using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Attestation.Policies.Yaml;

/// <summary>The content of a file apart from layout, comments and order of members: RFC 8785 JSON, and its digest.</summary>
internal static class CanonicalJson
{
    /// <summary>Lower-case hex SHA-256 over the canonical JSON of a node.</summary>
    public static string DigestOf(YamlNode node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node))));

    public static string Write(YamlNode node)
    {
        var json = new StringBuilder();
        Append(json, node);
        return json.ToString();
    }

    private static void Append(StringBuilder json, YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                Append(json, scalar);
                break;
            case YamlSequence sequence:
                AppendList(json, '[', ']', sequence.Items, item => Append(json, item));
                break;
            case YamlMapping mapping:
                var members = mapping.Members.OrderBy(member => member.Name.Text, StringComparer.Ordinal);
                AppendList(json, '{', '}', members, member => Append(json, member));
                break;
        }
    }

    private static void Append(StringBuilder json, YamlMember member)
    {
        AppendText(json, member.Name.Text);
        json.Append(':');
        Append(json, member.Value);
    }

    private static void Append(StringBuilder json, YamlScalar scalar)
    {
        if (scalar.IsBoolean || scalar.IsInteger)
        {
            json.Append(scalar.Text);
        }
        else
        {
            AppendText(json, scalar.Text);
        }
    }

    private static void AppendList<T>(StringBuilder json, char open, char close, IEnumerable<T> items, Action<T> append)
    {
        json.Append(open);
        var separator = "";
        foreach (var item in items)
        {
            json.Append(separator);
            append(item);
            separator = ",";
        }

        json.Append(close);
    }

    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
