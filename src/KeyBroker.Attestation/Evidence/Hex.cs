using System.Text.Json;

namespace KeyBroker.Attestation.Evidence;

/// <summary>Lower-case hex, the one form digests have in policies and evidence.</summary>
public static class Hex
{
    /// <summary>Null unless the text is exactly <paramref name="length"/> bytes in lower case.</summary>
    public static byte[]? TryDecode(string text, int length) =>
        text.Length == checked(2 * length) && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : null;

    internal static byte[]? TryDecode(JsonElement text, int length)
    {
        try
        {
            return TryDecode(text.GetString()!, length);
        }
        catch (InvalidOperationException) // A lone surrogate.
        {
            return null;
        }
    }
}
