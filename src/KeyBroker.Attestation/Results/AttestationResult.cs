using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Attestation.Results;

/// <summary>What a remote verifier said of an attester, after everything about the saying was verified.</summary>
public sealed record AttestationResult(string Verifier, JsonElement Claims)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // What differs from one result to the next although nothing about the attester does.
    private static readonly string[] s_passing =
    [
        "iat", "nbf", "exp", "jti", "eat_nonce", "nonce", "cnf", "x-ms-runtime", "verifier_nonce", "attester_held_data",
        "attester_runtime_data", "tdx_report_data",
    ];

    /// <summary>Null where the verifier's profile has none: then no status that a policy asks for is met.</summary>
    public ResultStatus? Status { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>From this instant on it does not count any more.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    public bool CountsAt(DateTimeOffset now) => now < ValidUntil;

    public JsonObject ToJson() => new()
    {
        ["verifier"] = Verifier,
        ["status"] = StatusName,
        ["issuedAt"] = Text(IssuedAt),
        ["validUntil"] = Text(ValidUntil),
        ["claims"] = JsonObject.Create(Claims),
    };

    /// <summary>The same for results that say the same.</summary>
    public JsonObject Lasting()
    {
        var claims = JsonObject.Create(Claims)!;
        foreach (var name in s_passing)
        {
            _ = claims.Remove(name);
        }

        return new JsonObject { ["verifier"] = Verifier, ["status"] = StatusName, ["claims"] = claims };
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; the caller vouches that it was not altered.</summary>
    /// <exception cref="FormatException">It is not that.</exception>
    public static AttestationResult DangerousFromStored(JsonElement stored) => new(
        stored.GetProperty("verifier").GetString() ?? throw new FormatException("a result names its verifier"),
        stored.GetProperty("claims") is { ValueKind: JsonValueKind.Object } claims ? claims.Clone() : throw new FormatException("a result has claims"))
    {
        Status = stored.GetProperty("status").GetString() is { } status
            ? ResultStatuses.TryParse(status) ?? throw new FormatException(status)
            : null,
        IssuedAt = Time(stored.GetProperty("issuedAt")),
        ValidUntil = Time(stored.GetProperty("validUntil")),
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonElement text) => DateTimeOffset.ParseExact(
        text.GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private string? StatusName => Status is { } status ? ResultStatuses.NameOf(status) : null;
}
