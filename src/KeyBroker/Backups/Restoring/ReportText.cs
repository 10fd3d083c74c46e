using System.Text;
using System.Text.Json;
using KeyBroker.Telemetry;

namespace KeyBroker.Backups.Restoring;

/// <summary>A report in words, and for programs.</summary>
internal static class ReportText
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Json(CheckReport report) => JsonSerializer.Serialize(report, s_json);

    public static string ForPeople(CheckReport report, CheckOptions options)
    {
        var text = new StringBuilder();
        text.AppendLine(null, $"backup {Shown(report.Backup)} of {Shown(report.CreatedAt)}, by keybrokerd {Shown(report.Manifest.Broker)}");
        text.AppendLine(null, $"home TPM {Shown(report.Home)}: {report.TpmProblem ?? "it is the one at hand"}");
        Append(text, "key", report.Keys);
        Append(text, "secret", report.Secrets);
        Append(text, "signing key", report.SigningKeys);
        text.AppendLine(null, $"{report.Machines} machines, {report.AuditRecords} audit records");
        report.Problems.ForEach(problem => text.AppendLine(null, $"PROBLEM   {Shown(problem)}"));
        if (report.AcceptRollback is { } value)
        {
            text.AppendLine(null, $"the TPM's audit counter went on to {value} after this backup: start once with --KeyBroker:Audit:AcceptRollback={value}");
        }

        if (options.RestoreTo is not null)
        {
            text.AppendLine(report.RestoredTo is { } target
                ? $"restored to {target}: give it to the broker's user and start keybrokerd --KeyBroker:StateDirectory={target}"
                : "NOT RESTORED: only a whole backup whose TPM is at hand is");
        }

        return text.Append(report.Ok ? "whole, and all of it usable" : "NOT ALL OF IT IS USABLE").ToString();
    }

    /// <summary>What a backup says is somebody's words: they stay on their line and colour nothing.</summary>
    private static string Shown(string? text) => LogText.OneLine(text ?? "");

    private static void Append(StringBuilder text, string kind, List<Verdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            text.AppendLine(verdict.Usable
                ? $"usable    {kind} {Shown(verdict.Name)} v{verdict.Version}"
                : $"UNUSABLE  {kind} {Shown(verdict.Name)} v{verdict.Version}: {Shown(verdict.Reason)}");
        }

        var usable = verdicts.Count(verdict => verdict.Usable);
        text.AppendLine(null, $"{kind}s: {usable} usable, {verdicts.Count - usable} unusable");
    }
}
