using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin attestations: who showed what, and when.</summary>
internal static class AdminAttestationCommands
{
    public static Command Create(Terminal terminal) => new("attestations", "Attestations, accepted and denied, with their measurements")
    {
        List(terminal),
        Show(terminal),
    };

    /// <summary>The newest attestation, of one machine or of all, whose id begins as given.</summary>
    public static async Task<JsonObject?> FindAsync(
        BrokerAdministration admin, Func<JsonObject, bool> isWanted, CancellationToken cancellationToken)
    {
        await foreach (var attestation in admin.ItemsAsync("attestations", null, cancellationToken))
        {
            if (isWanted(attestation))
            {
                return attestation;
            }
        }

        return null;
    }

    private static Command List(Terminal terminal)
    {
        var limit = new Option<int>("--limit") { Description = "How many, the newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        var machine = new Option<string?>("--machine") { Description = "Only of this machine: id, its beginning, or name" };
        return new Command("list", "Lists the newest attestations") { limit, machine }
            .WithExamples("keybroker admin attestations list", "keybroker admin attestations list --machine web-1 --limit 5")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var names = await MachineNames.OfAsync(admin, call.Cancelled);
                var id = call.Get(machine) is { } wanted ? names.Find(wanted) : null;
                var found = new List<JsonObject>();
                await foreach (var attestation in admin.ItemsAsync("attestations", null, call.Cancelled))
                {
                    if (found.Count == call.Get(limit))
                    {
                        break;
                    }

                    if (id is null || (string?)attestation["machine"] == id)
                    {
                        found.Add(attestation);
                    }
                }

                return call.Answer(Items.ToJson(found), () => Print(call.Terminal, names, found));
            });
    }

    private static Command Show(Terminal terminal)
    {
        var jti = new Argument<string>("jti") { Description = "Its id, or the beginning of it" };
        return new Command("show", "Shows one attestation and the registers it quoted") { jti }
            .WithExamples("keybroker admin attestations show 9f2c41d0a7b3")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var names = await MachineNames.OfAsync(admin, call.Cancelled);
                var found = await FindAsync(
                    admin, known => ((string?)known["jti"])?.StartsWith(call.Get(jti), StringComparison.Ordinal) == true, call.Cancelled)
                    ?? throw new UsageException($"no attestation begins with '{call.Get(jti)}'");
                var whole = await admin.GetAsync($"attestations/{Uri.EscapeDataString((string)found["jti"]!)}", call.Cancelled);
                return call.Answer(whole, () => PrintOne(call.Terminal, names, whole));
            });
    }

    private static void Print(Terminal terminal, MachineNames names, IEnumerable<JsonObject> attestations) => terminal.Table(
        ["ISSUED", "EXPIRES", "MACHINE", "DECISION", "POLICIES", "ID"],
        attestations.Select(attestation => new[]
        {
            (string?)attestation["issuedAt"],
            (string?)attestation["expiresAt"],
            names.Of((string?)attestation["machine"]),
            (string?)attestation["decision"],
            Items.Joined(attestation["policies"]),
            Shortened.For(terminal, (string?)attestation["jti"]),
        }));

    private static void PrintOne(Terminal terminal, MachineNames names, JsonObject attestation)
    {
        terminal.Fields(
            ("id", (string?)attestation["jti"]),
            ("machine", (string?)attestation["machine"]),
            ("name", names.Of((string?)attestation["machine"])),
            ("decision", (string?)attestation["decision"]),
            ("policies", Items.Joined(attestation["policies"])),
            ("policies' digest", (string?)attestation["policyDigest"]),
            ("boot", $"{attestation["boot"]?["resetCount"]} resets, {attestation["boot"]?["restartCount"]} restarts"),
            ("issued", (string?)attestation["issuedAt"]),
            ("expires", (string?)attestation["expiresAt"]),
            ("event log", (string?)attestation["eventLogDigest"]));
        foreach (var reason in attestation["reasons"] as JsonArray ?? [])
        {
            terminal.Line($"{reason?["policy"]} {reason?["code"]}: {reason?["message"]}".TrimStart());
        }

        terminal.Line(string.Empty);
        var banks = attestation["measurements"] as JsonObject ?? [];
        terminal.Table(["REGISTER", "VALUE"], banks.SelectMany(bank => (bank.Value as JsonObject ?? [])
            .Select(register => new[] { $"{bank.Key}:{register.Key}", register.Value?.ToString() })));
    }
}
