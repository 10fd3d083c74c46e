using System.Globalization;

namespace KeyBroker.Configuration;

/// <summary>One place where the audit log also goes: <c>KeyBroker:Audit:Sinks:N</c>.</summary>
/// <param name="Target">A path, a socket or a URL.</param>
internal sealed record SinkSettings(string Kind, string Name, string Target, bool IsRequired)
{
    public const string File = "file";
    public const string Syslog = "syslog";
    public const string Otlp = "otlp";

    private const string LogSocket = "/dev/log";
    private const string LogsPath = "/v1/logs";
    private const int LeastFile = 1 << 20;
    private static readonly string[] s_known = ["Type", "Name", "Path", "Endpoint", "Required", "RotateAt"];

    /// <summary>The size in bytes from which a file is rotated; null for never.</summary>
    public long? RotateAt { get; init; }

    /// <exception cref="StartupException">A sink is malformed, or two have one name.</exception>
    public static IReadOnlyList<SinkSettings> ReadAll(IConfiguration section)
    {
        var sinks = section.GetChildren().Select(Read).ToList();
        return sinks.GroupBy(sink => sink.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new StartupException($"give each of KeyBroker:Audit:Sinks a Name of its own: two are {twice.Key}")
            : sinks;
    }

    private static SinkSettings Read(IConfigurationSection section)
    {
        if (section.GetChildren().FirstOrDefault(child => !s_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new StartupException($"remove or correct {unknown.Path}");
        }

        var kind = section["Type"] ?? "";
        var target = kind switch
        {
            File when Path.IsPathFullyQualified(section["Path"] ?? "") => section["Path"]!,
            Syslog => section["Path"] is { Length: > 0 } path ? path : LogSocket,
            Otlp when Uri.TryCreate(section["Endpoint"], UriKind.Absolute, out var url) && IsSafe(url) => Logs(url),
            _ => throw new StartupException($"set {section.Path}:Type to file with an absolute Path, syslog, or otlp with an Endpoint by https, or by http on the loopback"),
        };
        return new SinkSettings(kind, section["Name"] is { Length: > 0 } name ? name : kind, target, IsTrue(section, "Required"))
        {
            RotateAt = Size(section),
        };
    }

    // Whoever stands in between reads who uses which key, and says that it took what it did not.
    private static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    private static string Logs(Uri url) => url.AbsolutePath is "/" ? new Uri(url, LogsPath).AbsoluteUri : url.AbsoluteUri;

    private static bool IsTrue(IConfigurationSection section, string key) => section[key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => throw new StartupException($"set {section.Path}:{key} to true or false"),
    };

    private static long? Size(IConfigurationSection section)
    {
        if (section["RotateAt"] is not { Length: > 0 } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= LeastFile
            ? size
            : throw new StartupException($"set {section.Path}:RotateAt to a number of bytes from {LeastFile} on");
    }
}
