using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin verifiers: whom the broker relies on, and how it stands with them.</summary>
internal static class AdminVerifierCommands
{
    public static Command Create(Terminal terminal) => new("verifiers", "The remote verifiers that the broker relies on") { List(terminal) };

    private static Command List(Terminal terminal) => new Command("list", "Lists the remote verifiers: their keys, circuits, and our certificate towards them")
        .WithExamples("keybroker admin verifiers list")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var verifiers = await admin.ListAsync("verifiers", call.Cancelled);
            return call.Answer(Items.ToJson(verifiers), () => call.Terminal.Table(
                ["NAME", "KIND", "PROFILE", "USABLE", "KEYS", "AGE", "CIRCUIT", "OUR CERTIFICATE UNTIL"], verifiers.Select(Row)));
        });

    private static string?[] Row(JsonObject verifier) =>
    [
        (string?)verifier["name"], (string?)verifier["kind"], (string?)verifier["profile"], (bool?)verifier["usable"] is true ? "yes" : "no",
        verifier["keys"]?["count"]?.ToString(), verifier["keys"]?["age"] is { } age ? $"{age} s" : null,
        (string?)verifier["circuit"], (string?)verifier["certificate"]?["notAfter"],
    ];
}
