using System.Globalization;
using System.Text.RegularExpressions;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private static readonly string[] s_timeFormats = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    [GeneratedRegex(@"^(?<count>[1-9][0-9]{0,5})(?<unit>[smhd])\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationText { get; }

    // Every method answers null for null, and null after it has refused.
    private Members? Map(YamlNode? node) => node is YamlMapping mapping
        ? new Members(mapping, problems)
        : Refuse<Members>(node, "this is a map");

    private YamlSequence? List(YamlNode? node, bool mayBeEmpty = false)
    {
        if (node is not YamlSequence list)
        {
            return Refuse<YamlSequence>(node, "this is a list");
        }

        return list.Items.IsEmpty && !mayBeEmpty ? Refuse<YamlSequence>(node, "an empty list") : list;
    }

    private string? Text(YamlNode? node)
    {
        if (node is not YamlScalar scalar)
        {
            return Refuse<string>(node, "this is a text");
        }

        if (!scalar.IsString)
        {
            return Refuse<string>(node, $"this is a text: without quotes '{scalar.Text}' means something else");
        }

        return scalar.Text.Length is > 0 and <= MaxText && !scalar.Text.Any(c => char.IsControl(c) && c != '\n')
            ? scalar.Text
            : Refuse<string>(node, $"a text has 1 to {MaxText} characters, none of them a control character");
    }

    private string? Name(YamlNode? node) =>
        Text(node) is not { } text ? null
        : ResourceName.IsValid(text) ? text
        : Refuse<string>(node, $"'{text}' is not a name: up to four segments of a-z 0-9 . _ - joined by /");

    private string? Choice(YamlNode? node, params IReadOnlyCollection<string> values)
    {
        var text = Text(node);
        if (text is null || values.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        problems.RefuseWord(node!, $"'{text}' is none of: {string.Join(", ", values)}", text, values);
        return null;
    }

    private bool? Boolean(YamlNode? node) => node is YamlScalar { IsBoolean: true } scalar
        ? scalar.Text == "true"
        : RefuseValue<bool>(node, "this is true or false, without quotes");

    private int? Integer(YamlNode? node) => node is YamlScalar { IsInteger: true } scalar
        ? int.Parse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture)
        : RefuseValue<int>(node, "this is a decimal number, without quotes or leading zeros");

    private TimeSpan? Duration(YamlNode? node)
    {
        if (Text(node) is not { } text)
        {
            return null;
        }

        var match = DurationText.Match(text);
        if (!match.Success)
        {
            return RefuseValue<TimeSpan>(node, $"'{text}' is not a duration such as 30s, 5m, 12h or 30d");
        }

        var count = int.Parse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "s" => TimeSpan.FromSeconds(count),
            "m" => TimeSpan.FromMinutes(count),
            "h" => TimeSpan.FromHours(count),
            _ => TimeSpan.FromDays(count),
        };
    }

    private DateTimeOffset? Time(YamlNode? node)
    {
        if (Text(node) is not { } text)
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, s_timeFormats, CultureInfo.InvariantCulture, Utc, out var time)
            ? time
            : RefuseValue<DateTimeOffset>(node, $"'{text}' is not an RFC 3339 time in UTC such as 2026-09-01T00:00:00Z");
    }

    private T? Refuse<T>(YamlNode? node, string message)
        where T : class
    {
        if (node is not null)
        {
            problems.Refuse(node, message);
        }

        return null;
    }

    private T? RefuseValue<T>(YamlNode? node, string message)
        where T : struct
    {
        if (node is not null)
        {
            problems.Refuse(node, message);
        }

        return null;
    }
}
