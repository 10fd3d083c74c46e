using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Doctor;

/// <summary>The broker's remote verifiers: their keys, their circuits, and our certificates towards them. Asked where the socket is.</summary>
internal static class VerifierCheck
{
    // Time enough to have another certificate issued.
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(14);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Invocation call)
    {
        var (_, path, _) = call.Settings.Socket;
        if (!Path.Exists(path))
        {
            return []; // Nobody here is told.
        }

        try
        {
            using var admin = new BrokerAdministration(path);
            var verifiers = await admin.ListAsync("verifiers", call.Cancelled);
            return [.. verifiers.Select(verifier => Judge(verifier, TimeProvider.System.GetUtcNow()))];
        }
        catch (Exception failure) when (failure is BrokerUnreachableException or BrokerException)
        {
            return []; // The line of the socket says so.
        }
    }

    /// <summary>One line about one verifier: what is worst about it decides.</summary>
    internal static Finding Judge(JsonObject verifier, DateTimeOffset now)
    {
        var name = $"verifier {verifier["name"]}";
        var detail = string.Join("; ", new[] { Keys(verifier), Circuit(verifier), Certificate(verifier) }.OfType<string>());
        return Advice(verifier, now) switch
        {
            null => Finding.Ok(name, detail),
            var (severity, advice) => new Finding(name, severity, detail, advice),
        };
    }

    private static (Severity Severity, string Advice)? Advice(JsonObject verifier, DateTimeOffset now)
    {
        // Without a required one the broker is not ready; without another the policies that name it do not hold.
        var worst = (bool?)verifier["required"] is true ? Severity.Fail : Severity.Warn;
        var left = End(verifier) - now;
        return (string?)verifier["circuit"] is "open" ? (worst, "it gave no answer too often: look at it, and at the network in between; it is tried again by itself")
            : (bool?)verifier["usable"] is not true ? (worst, $"see that {verifier["keys"]?["from"]} can be read from the broker's host, and holds a set of keys")
            : left <= TimeSpan.Zero ? (worst, "put another certificate and its key into the files of ClientCertificate and ClientKey: no restart is needed")
            : left <= s_soon ? (Severity.Warn, "have another certificate issued: it is taken from the files of ClientCertificate and ClientKey without a restart")
            : verifier["keys"]?["failure"] is not null ? (Severity.Warn, $"see that {verifier["keys"]?["from"]} can be read: the keys that are known count until JwksStale")
            : null;
    }

    private static string Keys(JsonObject verifier)
    {
        var keys = verifier["keys"] as JsonObject ?? [];
        var known = (long?)keys["age"] is { } age ? $"{keys["count"]} keys, read {Ago(age)}" : "no keys";
        return keys["failure"] is JsonObject failure ? $"{known}; in vain at {failure["at"]}: {failure["message"]}" : known;
    }

    private static string? Circuit(JsonObject verifier) => (string?)verifier["circuit"] is { } circuit ? $"circuit {circuit}" : null;

    private static string? Certificate(JsonObject verifier) => End(verifier) is { } end ? $"our certificate ends {end:u}" : null;

    private static DateTimeOffset? End(JsonObject verifier) =>
        DateTimeOffset.TryParse((string?)verifier["certificate"]?["notAfter"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null;

    private static string Ago(long seconds) => seconds < 120 ? $"{seconds} s ago" : seconds < 7200 ? $"{seconds / 60} min ago" : $"{seconds / 3600} h ago";
}
