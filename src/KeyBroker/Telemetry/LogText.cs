using System.Globalization;
using System.Text;

namespace KeyBroker.Telemetry;

/// <summary>Text as a log may carry it: one line of bounded length, whatever is in it (threat L05).</summary>
internal static class LogText
{
    public const int LongestMessage = 4096;
    public const int LongestException = 16 * 1024;

    public static string OneLine(string text, int longest = LongestMessage)
    {
        var cut = text.Length > longest;
        var shown = cut ? text.AsSpan(0, longest) : text;
        return !cut && !HasUnsafe(shown) ? text : Escape(shown, cut);
    }

    private static string Escape(ReadOnlySpan<char> text, bool cut)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when IsUnsafe(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        return (cut ? escaped.Append("...") : escaped).ToString();
    }

    private static bool HasUnsafe(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsUnsafe(c))
            {
                return true;
            }
        }

        return false;
    }

    // Controls break or colour a line; format characters (bidirectional ones above all) make it read as another.
    private static bool IsUnsafe(char c) => c is < ' ' or (>= '\x7f' and < '\xa0')
        || (c > '\x7f' && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
