using System.Globalization;

using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>What encrypt returns: <c>kb:v&lt;version&gt;:&lt;base64url&gt;</c> in its one spelling.</summary>
internal sealed record Ciphertext(int Version, byte[] Body)
{
    private const string Prefix = "kb:v";

    /// <exception cref="DeniedException">ciphertext-invalid, the same for everything that can be wrong.</exception>
    public static Ciphertext Parse(string text)
    {
        var version = VersionIn(text) ?? throw Invalid();
        var body = text.AsSpan(text.IndexOf(':', Prefix.Length) + 1);
        return new Ciphertext(version, Base64Url.TryDecode(body) ?? throw Invalid());
    }

    /// <summary>The version that it names; null where it names none.</summary>
    public static int? VersionIn(string text)
    {
        var colon = text.IndexOf(':', Math.Min(Prefix.Length, text.Length));
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || colon < 0)
        {
            return null;
        }

        var number = text.AsSpan(Prefix.Length, colon - Prefix.Length);
        return number.ContainsAnyExceptInRange('0', '9') // The platform's parser takes trailing NULs.
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || version == 0 || number[0] == '0'
            ? null
            : version;
    }

    public static DeniedException Invalid() => new(ProblemCodes.CiphertextInvalid, "not a ciphertext of this key");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Version}:{Base64Url.Encode(Body)}");
}
