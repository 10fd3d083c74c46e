using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace KeyBroker.Configuration;

/// <summary>A relying party as <c>KeyBroker:Clients:ID</c> describes it: its secret by digest alone, and what it may ask.</summary>
internal sealed partial record ClientSettings(string Id, byte[] SecretDigest, FrozenSet<string> Allowed, int PerSecond)
{
    public const string Introspect = "introspect";
    public const string Appraise = "appraise";

    private const int DefaultPerSecond = 100;
    private const int ShortestSecret = 22; // 128 bits in base64url.
    private static readonly string[] s_members = ["SecretSha256", "SecretFile", "Allow", "PerSecond"];

    /// <exception cref="StartupException">A client is described wrongly.</exception>
    public static IReadOnlyDictionary<string, ClientSettings> ReadAll(IConfiguration section) => section.GetChildren()
        .Select(Read)
        .ToFrozenDictionary(client => client.Id, StringComparer.Ordinal);

    private static ClientSettings Read(IConfigurationSection section)
    {
        if (!ValidId().IsMatch(section.Key))
        {
            throw new StartupException($"{section.Path}: name clients with up to 63 of a-z 0-9 . _ -");
        }

        var unknown = section.GetChildren().FirstOrDefault(child => !s_members.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? new ClientSettings(section.Key, Digest(section), Permissions(section), Rate(section))
            : throw new StartupException($"remove or correct {unknown.Path}");
    }

    private static byte[] Digest(IConfigurationSection section) => (section["SecretSha256"], section["SecretFile"]) switch
    {
        ({ Length: 2 * SHA256.HashSizeInBytes } hex, null or "") when hex.All(char.IsAsciiHexDigit) => Convert.FromHexString(hex),
        (null or "", { Length: > 0 } path) => SHA256.HashData(Encoding.ASCII.GetBytes(ReadSecret(section, path))),
        _ => throw new StartupException($"set {section.Path}:SecretSha256 to 64 hex digits, or {section.Path}:SecretFile to a file"),
    };

    // Basic authentication (RFC 7617, RFC 6749 2.3.1) spells these characters in one way only.
    private static string ReadSecret(IConfigurationSection section, string path)
    {
        try
        {
            var secret = File.ReadAllText(path).TrimEnd('\n', '\r');
            return secret.Length >= ShortestSecret && ValidSecret().IsMatch(secret)
                ? secret
                : throw new StartupException($"{section.Path}:SecretFile: write at least {ShortestSecret} of A-Z a-z 0-9 . _ ~ - into {path}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{section.Path}:SecretFile cannot be read: {failure.Message}", failure);
        }
    }

    private static FrozenSet<string> Permissions(IConfigurationSection section)
    {
        var allowed = (section["Allow"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return allowed.Length > 0 && allowed.All(word => word is Introspect or Appraise)
            ? allowed.ToFrozenSet(StringComparer.Ordinal)
            : throw new StartupException($"set {section.Path}:Allow to {Introspect}, {Appraise} or both, with a comma");
    }

    private static int Rate(IConfigurationSection section) => section["PerSecond"] is not { Length: > 0 } text
        ? DefaultPerSecond
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? rate
            : throw new StartupException($"set {section.Path}:PerSecond to a positive number");

    [GeneratedRegex("^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$")]
    private static partial Regex ValidId();

    [GeneratedRegex("^[A-Za-z0-9._~-]+$")]
    private static partial Regex ValidSecret();
}
