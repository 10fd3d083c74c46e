using System.Buffers;
using System.Globalization;
using System.Text;

namespace KeyBroker.Cli;

/// <summary>Tells what a terminal only shows from what it might take for orders.</summary>
internal static class PlainText
{
    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done || IsControl(rune))
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    /// <summary>[CLI-7] Text with a mark for whatever steers a terminal, and the number of what only changes how the rest looks.</summary>
    public static string Visible(string text) =>
        text.All(IsVisible) ? text : string.Concat(text.EnumerateRunes().Select(Visible));

    private static string Visible(Rune rune) => Rune.IsControl(rune) ? "?"
        : IsInvisible(Rune.GetUnicodeCategory(rune)) ? @"\u{" + rune.Value.ToString("x4", CultureInfo.InvariantCulture) + "}"
        : rune.ToString();

    private static bool IsVisible(char c) =>
        !char.IsSurrogate(c) && !char.IsControl(c) && !IsInvisible(CharUnicodeInfo.GetUnicodeCategory(c));

    private static bool IsInvisible(UnicodeCategory category) =>
        category is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsControl(Rune rune) => Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r');
}
