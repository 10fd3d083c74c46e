using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>Checks a file of receipts line by line, and shows what the good ones say and why the others fail.</summary>
internal static class ReceiptReport
{
    public static int Print(Invocation call, ReceiptCheck check, string path)
    {
        var (rows, refused) = (new List<JsonObject>(), new List<JsonObject>());
        using var lines = call.Lines(path);
        for (var (number, line) = (1, lines.ReadLine()); line is not null; (number, line) = (number + 1, lines.ReadLine()))
        {
            if (line.Length > 0)
            {
                Check(check, (number, line.Trim()), rows, refused);
            }
        }

        foreach (var one in refused)
        {
            call.Terminal.Error($"line {one["line"]}: {one["message"]}");
        }

        call.Answer(ToJson(rows, refused), () => Print(call.Terminal, rows));
        return refused.Count == 0 && rows.Count > 0 ? ExitCode.Done : ExitCode.Denied;
    }

    private static void Check(ReceiptCheck check, (int Number, string Text) line, List<JsonObject> rows, List<JsonObject> refused)
    {
        try
        {
            rows.Add(check.Verify(line.Text));
        }
        catch (ReceiptException failed)
        {
            refused.Add(new JsonObject { ["line"] = line.Number, ["reason"] = failed.Reason, ["message"] = failed.Message });
        }
    }

    private static JsonObject ToJson(IEnumerable<JsonObject> rows, List<JsonObject> refused)
    {
        var json = Items.ToJson(rows);
        if (refused.Count > 0)
        {
            json["refused"] = Items.ToJson(refused)["items"]!.DeepClone();
        }

        return json;
    }

    private static void Print(Terminal terminal, IEnumerable<JsonObject> rows) => terminal.Table(
        ["AUDIT", "AT", "OP", "SUBJECT", "VERSION", "POLICY", "MACHINE"],
        rows.Select(claims => new[]
        {
            claims["seq"]?.ToString(),
            DateTimeOffset.FromUnixTimeSeconds((long?)claims["iat"] ?? 0).ToString("u"),
            (string?)claims["op"],
            (string?)claims["sub"],
            (claims["key"] ?? claims["secret"])?["version"]?.ToString(),
            (string?)claims["att"]?["policy"],
            Shortened.For(terminal, (string?)claims["aud"]),
        }));
}
