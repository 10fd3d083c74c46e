using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>The spellings of bytes that verifiers repeat as text: base64url, base64, or hex, each to the letter.</summary>
internal static class BoundText
{
    public static bool Is(string text, ReadOnlySpan<byte> bytes) =>
        Equal(text, Base64Url.Encode(bytes))
        || Equal(text, Convert.ToBase64String(bytes))
        || Equal(text, Convert.ToHexStringLower(bytes));

    /// <summary>The bytes themselves would be too long for some: their SHA-256, SHA-384 or SHA-512.</summary>
    public static bool IsDigestOf(string text, ReadOnlySpan<byte> bytes) =>
        Is(text, SHA256.HashData(bytes)) || Is(text, SHA384.HashData(bytes)) || Is(text, SHA512.HashData(bytes));

    private static bool Equal(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
