using System.Collections.Immutable;
using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;

namespace KeyBroker.Verifiers;

/// <summary>Reads <c>KeyBroker:Verifiers</c>: all of it is in order, or the broker does not start.</summary>
internal static class VerifierSettingsReader
{
    /// <summary>Whose words <c>alg</c> may be: asymmetric ones only, and those that the platform verifies.</summary>
    public static readonly ImmutableArray<string> Algorithms = ["ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    private static readonly TimeSpan s_mostLeeway = TimeSpan.FromSeconds(60);

    /// <exception cref="StartupException">Anything is missing, malformed or unknown.</exception>
    public static ImmutableArray<VerifierSettings> Read(IConfiguration verifiers)
    {
        ImmutableArray<VerifierSettings> all = [.. verifiers.GetChildren().Select(child => Read(new VerifierSection(child)))];

        // VER-4. A passport says by its issuer which of them it is of.
        var twins = all.Where(one => one.Kind == VerifierKind.Passport).GroupBy(one => one.Issuer).FirstOrDefault(same => same.Count() > 1);
        return twins is null ? all : throw new StartupException(
            $"give the passport verifiers {string.Join(" and ", twins.Select(one => one.Name))} different issuers, or make them one");
    }

    private static VerifierSettings Read(VerifierSection section)
    {
        if (!ResourceName.IsSegment(section.Name))
        {
            throw new StartupException($"rename KeyBroker:Verifiers:{section.Name}: a name is one segment of a-z 0-9 . _ -");
        }

        var kind = section.Choice("Kind", "passport", "background") == "passport" ? VerifierKind.Passport : VerifierKind.Background;
        var settings = new VerifierSettings(section.Name, kind)
        {
            Issuer = Pinned(section, "Issuer", mayBeAbsent: kind == VerifierKind.Background),
            Audience = Pinned(section, "Audience", mayBeAbsent: true),
            Algorithms = ReadAlgorithms(section),
            Types = section.Words("Types") is { IsEmpty: false } types ? types : ["JWT"],
            Jwks = ReadJwks(section),
            Profile = ProfileReader.Read(section),
            MaxAge = section.Duration("MaxAge", "5m"),
            Leeway = ReadLeeway(section),
            Subject = section.Claim("SubjectClaim"),
            IsRequired = section.Flag("Required"),
            TrustedRoots = section.File("TrustedRoots"),
            Background = kind == VerifierKind.Background ? BackgroundReader.Read(section) : null,
        };
        section.RefuseUnknown();
        return settings.Profile.Name == "oidc" && settings.Subject is null
            ? settings with { Subject = Attestation.Results.ClaimPath.TryParse("sub") }
            : settings;
    }

    private static string? Pinned(VerifierSection section, string key, bool mayBeAbsent)
    {
        var what = "what the results say, to the letter" + (mayBeAbsent ? $", or to {VerifierSettings.Absent} where they say nothing" : "");
        var text = section.Required(key, what);
        return text != VerifierSettings.Absent ? text : mayBeAbsent ? null : throw section.Wrong(key, what);
    }

    private static ImmutableArray<string> ReadAlgorithms(VerifierSection section)
    {
        var algorithms = section.Words("Algorithms");
        return !algorithms.IsEmpty && algorithms.All(Algorithms.Contains)
            ? algorithms
            : throw section.Wrong("Algorithms", $"those that it signs with, of {string.Join(' ', Algorithms)}");
    }

    private static JwksSettings ReadJwks(VerifierSection section)
    {
        var where = section.Required("Jwks", "the https URL or the file of its keys");
        var isUrl = where.Contains("://", StringComparison.Ordinal);
        return new JwksSettings(isUrl ? VerifierUrl.Read(section, "Jwks") : null, isUrl ? null : KeysIn(section))
        {
            MaxAge = section.Duration("JwksMaxAge", "10m"),
            Stale = section.Duration("JwksStale", "24h"),
            Refresh = section.Duration("JwksRefresh", "30s"),
            Timeout = section.Duration("JwksTimeout", "5s"),
        };
    }

    // A file that is no key set would otherwise show with the first result only.
    private static string KeysIn(VerifierSection section)
    {
        var file = section.File("Jwks")!;
        try
        {
            _ = VerifierKeySet.Parse(File.ReadAllBytes(file));
            return file;
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw section.Wrong("Jwks", $"a file with public keys: {wrong.Message}");
        }
    }

    private static TimeSpan ReadLeeway(VerifierSection section)
    {
        if (section.Value("Leeway") is null or "0" or "0s")
        {
            return TimeSpan.Zero;
        }

        var leeway = section.Duration("Leeway", "5s");
        return leeway <= s_mostLeeway ? leeway : throw section.Wrong("Leeway", "at most 60s");
    }
}
