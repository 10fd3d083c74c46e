using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Receipts;

/// <summary>receipt: checks what was kept with --receipt.</summary>
internal static class ReceiptCommands
{
    public static Command Create(Terminal terminal) => new("receipt", "Receipts that the broker signed")
    {
        Verify(terminal),
        Keys(terminal),
    };

    private static Command Verify(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "Receipts, one a line; - is standard input" };
        var keys = new Option<string?>("--keys")
        {
            Description = "The broker's keys as 'keybroker receipt keys' printed them; default: ask the broker",
            HelpName = "FILE",
        };
        return new Command("verify", "Checks receipts and shows what they say; exit code 1 if one is not the broker's") { file, keys }
            .WithExamples(
                "keybroker receipt verify signer.jwt",
                "keybroker receipt verify signer.jwt --keys keys.json --output json")
            .Runs(terminal, async call =>
            {
                var published = call.Get(keys) is { } kept
                    ? ReadKeys(kept)
                    : await ReceiptCheck.FetchKeysAsync(call.BrokerUrl(), call.Cancelled);
                return Verify(call, new ReceiptCheck(published), call.Get(file));
            });
    }

    private static Command Keys(Terminal terminal) => new Command("keys", "Prints the broker's signing keys, to keep beside receipts")
        .WithExamples("keybroker receipt keys > keys.json")
        .Runs(terminal, async call =>
        {
            call.Terminal.Json(await ReceiptCheck.FetchKeysAsync(call.BrokerUrl(), call.Cancelled));
            return ExitCode.Done;
        });

    private static int Verify(Invocation call, ReceiptCheck check, string path)
    {
        var (rows, wrong) = (new List<JsonObject>(), 0);
        using var lines = call.Lines(path);
        for (var (number, line) = (1, lines.ReadLine()); line is not null; (number, line) = (number + 1, lines.ReadLine()))
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                rows.Add(check.Verify(line.Trim()));
            }
            catch (BrokerAnswerException refused)
            {
                wrong++;
                call.Terminal.Error($"line {number}: {refused.Message}");
            }
        }

        call.Answer(Items.ToJson(rows), () => Print(call.Terminal, rows));
        return wrong == 0 && rows.Count > 0 ? ExitCode.Done : ExitCode.Denied;
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

    private static JsonObject ReadKeys(string path)
    {
        try
        {
            return JsonNode.Parse(InputFile.Read(path)) as JsonObject ?? throw new UsageException($"'{path}' holds no keys");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{path}' is not JSON");
        }
    }
}
