using System.Collections.Immutable;
using KeyBroker.Receipts;
using KeyBroker.Verifiers;

namespace KeyBroker.Configuration;

/// <summary>The configuration of contract section 2, read and checked once at start.</summary>
internal sealed class BrokerSettings
{
    // Token keys stay published for 30 days after their last use, so no token may live longer than that.
    private static readonly TimeSpan s_longestToken = TimeSpan.FromHours(24);

    // What somebody waits for; and no timer takes much more than a month.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(24);

    // Everything else is a slip of the pen, and "Tmp" for "Tpm" would quietly make another TPM the broker's.
    private static readonly HashSet<string> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(Issuer), nameof(StateDirectory), nameof(Tpm), "Database", nameof(PolicyDirectory),
        nameof(EndorsementRoots), nameof(EndorsementDenyList), nameof(AdminSocket),
        nameof(ChallengeLifetime), nameof(TokenLifetime), nameof(OperationTimeout), nameof(DrainTime), "LogFormat", "RateLimits",
        nameof(AttestationRetention), nameof(Quotas), nameof(EventLog), nameof(EarNames), nameof(Clients), nameof(Audit), nameof(Verifiers),
    };

    // It stands twice in a token, which stays under 4 KiB.
    private const int LongestIssuer = 256;

    private const string DefaultUrl = "http://127.0.0.1:8440";
    private const string SqlitePrefix = "sqlite:";

    private BrokerSettings(IConfiguration root)
    {
        var section = root.GetSection("KeyBroker");
        Urls = ListenUrl.ParseAll(root["Urls"] is { Length: > 0 } urls ? urls : DefaultUrl);
        Issuer = ReadIssuer(section["Issuer"]);
        StateDirectory = Path.GetFullPath(Text(section, "StateDirectory", "./state"));
        Tpm = Text(section, "Tpm", "embedded");
        DatabasePath = ReadDatabase(section["Database"]);
        PolicyDirectory = Path.GetFullPath(Text(section, "PolicyDirectory", "./policies"));
        EndorsementRoots = OptionalPath(section["EndorsementRoots"]);
        EndorsementDenyList = OptionalPath(section["EndorsementDenyList"]);
        AdminSocket = Path.GetFullPath(Text(section, "AdminSocket", DefaultAdminSocket()));
        ChallengeLifetime = Duration(section, "ChallengeLifetime", "60s");
        TokenLifetime = Duration(section, "TokenLifetime", "5m");
        if (TokenLifetime > s_longestToken)
        {
            throw new StartupException("set KeyBroker:TokenLifetime to at most 24h");
        }

        AttestationRetention = Duration(section, "AttestationRetention", "30d");
        if (AttestationRetention < TokenLifetime)
        {
            throw new StartupException("set KeyBroker:AttestationRetention to no less than KeyBroker:TokenLifetime");
        }

        OperationTimeout = Wait(section, "OperationTimeout", "30s");
        DrainTime = Wait(section, "DrainTime", "10s");
        EventLog = OptionalPath(section["EventLog"]);
        Limits = SourceLimits.Read(section.GetSection("RateLimits"));
        Quotas = Quotas.Read(section.GetSection("Quotas"));
        EarNames = EarNames.Find(Text(section, "EarNames", "veraison"))
            ?? throw new StartupException("set KeyBroker:EarNames to veraison or ietf");
        Clients = ClientSettings.ReadAll(section.GetSection("Clients"));
        Audit = AuditSettings.Read(section.GetSection("Audit"));
        Verifiers = ReadVerifiers(section.GetSection("Verifiers"));
        RefuseWhatIsNotHere(root, section);
    }

    public IReadOnlyList<ListenUrl> Urls { get; }

    /// <summary><c>iss</c> of every token and base of <c>htu</c>; no final slash.</summary>
    public string Issuer { get; }

    public string StateDirectory { get; }

    public string Tpm { get; }

    public string DatabasePath { get; }

    public string PolicyDirectory { get; }

    /// <summary>The folder of EK certificate roots and intermediates; null: no certificate makes a machine trusted.</summary>
    public string? EndorsementRoots { get; }

    /// <summary>The file that names TPMs which are refused; null: none is.</summary>
    public string? EndorsementDenyList { get; }

    public string AdminSocket { get; }

    public TimeSpan ChallengeLifetime { get; }

    public TimeSpan TokenLifetime { get; }

    /// <summary>How long past measurements can be explained and evaluated again.</summary>
    public TimeSpan AttestationRetention { get; }

    /// <summary>How long an operation may take, its wait for the TPM included.</summary>
    public TimeSpan OperationTimeout { get; }

    /// <summary>How long requests under way may go on after the order to stop.</summary>
    public TimeSpan DrainTime { get; }

    /// <summary>The log of this host's boot; null: the firmware's, where the TPM is the host's own.</summary>
    public string? EventLog { get; }

    public SourceLimits Limits { get; }

    public Quotas Quotas { get; }

    /// <summary>How the EARs of this broker spell what they say.</summary>
    public EarNames EarNames { get; }

    /// <summary>The relying parties that may ask the broker, by id.</summary>
    public IReadOnlyDictionary<string, ClientSettings> Clients { get; }

    public AuditSettings Audit { get; }

    /// <summary>The remote verifiers that are relied on.</summary>
    public ImmutableArray<VerifierSettings> Verifiers { get; }

    /// <exception cref="StartupException">A value is missing, malformed or not supported.</exception>
    public static BrokerSettings Read(IConfiguration root) => new(root);

    private static string Text(IConfiguration section, string key, string fallback) =>
        section[key] is { Length: > 0 } text ? text : fallback;

    private static string? OptionalPath(string? path) => path is { Length: > 0 } ? Path.GetFullPath(path) : null;

    private static TimeSpan Duration(IConfiguration section, string key, string fallback) =>
        Durations.TryParse(Text(section, key, fallback))
        ?? throw new StartupException(
            $"set KeyBroker:{key} to a duration such as {fallback}, and to at most {Durations.Text(Durations.Longest)}");

    private static TimeSpan Wait(IConfiguration section, string key, string fallback) =>
        Duration(section, key, fallback) is var wait && wait <= s_longestWait
            ? wait
            : throw new StartupException($"set KeyBroker:{key} to at most {Durations.Text(s_longestWait)}");

    private static void RefuseWhatIsNotHere(IConfiguration root, IConfiguration section)
    {
        if (section.GetChildren().FirstOrDefault(child => !s_known.Contains(child.Key)) is { } unknown)
        {
            throw new StartupException($"remove or correct KeyBroker:{unknown.Key}: keybrokerd --help lists the settings");
        }

        if (root.GetSection("Kestrel:Endpoints").Exists())
        {
            throw new StartupException("use Urls instead of Kestrel:Endpoints");
        }
    }

    // VER-44. What takes longer than an operation may would never be heard.
    private ImmutableArray<VerifierSettings> ReadVerifiers(IConfiguration section)
    {
        var verifiers = VerifierSettingsReader.Read(section);
        return verifiers.FirstOrDefault(one => one.Background?.Timeout >= OperationTimeout) is not { } slow
            ? verifiers
            : throw new StartupException($"set KeyBroker:Verifiers:{slow.Name}:Timeout to less than KeyBroker:OperationTimeout");
    }

    private string ReadIssuer(string? configured)
    {
        if (configured is not { Length: > 0 })
        {
            return Urls[0] is { Port: not 0, IsAnyHost: false } first
                ? first.Origin
                : throw new StartupException("set KeyBroker:Issuer: the first URL does not say under which name and port clients call");
        }

        return Uri.TryCreate(configured, UriKind.Absolute, out var issuer)
            && issuer.Scheme is "http" or "https"
            && configured.Length <= LongestIssuer
            && issuer is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 }
            ? configured.TrimEnd('/')
            : throw new StartupException($"set KeyBroker:Issuer to an http or https URL without query, of at most {LongestIssuer} characters");
    }

    private string ReadDatabase(string? configured)
    {
        if (configured is not { Length: > 0 })
        {
            return Path.Combine(StateDirectory, "keybroker.db");
        }

        return configured.StartsWith(SqlitePrefix, StringComparison.Ordinal) && configured.Length > SqlitePrefix.Length
            ? Path.GetFullPath(configured[SqlitePrefix.Length..])
            : throw new StartupException("set KeyBroker:Database to sqlite:<path>");
    }

    private string DefaultAdminSocket() =>
        Path.Combine(
            Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } runtime ? runtime : StateDirectory,
            "admin.sock");
}
