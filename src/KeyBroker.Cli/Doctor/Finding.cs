using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Doctor;

/// <summary>What a check found, and what to do about it.</summary>
internal sealed record Finding(string Check, Severity Severity, string Detail, string? Advice = null)
{
    public static Finding Ok(string check, string detail) => new(check, Severity.Ok, detail);

    public static Finding Warn(string check, string detail, string advice) => new(check, Severity.Warn, detail, advice);

    public static Finding Fail(string check, string detail, string advice) => new(check, Severity.Fail, detail, advice);

    public JsonObject ToJson() => new()
    {
        ["check"] = Check,
        ["status"] = Severity.ToString().ToLowerInvariant(),
        ["detail"] = Detail,
        ["advice"] = Advice,
    };
}
