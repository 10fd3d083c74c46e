using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>Who may do what with a key or a secret, for people to read.</summary>
internal static class Explanation
{
    /// <summary>What this machine may do, which the broker decided now.</summary>
    public static void PrintOwn(Terminal terminal, JsonObject shown, JsonNode? attestation)
    {
        var allowed = Items.Joined(shown["allowed"]);
        terminal.Line(string.Empty);
        terminal.Fields(
            ("this machine may", allowed.Length > 0 ? allowed : "nothing"),
            ("it is read under", (string?)attestation?["policy"]));
    }

    /// <summary>What policies grant, and the last use.</summary>
    public static void PrintAccess(Terminal terminal, JsonObject access)
    {
        terminal.Line(string.Empty);
        terminal.Table(["POLICY", "MODE", "MACHINES", "ALLOW", "ONLY"], Items.Of(access, "policies").SelectMany(policy =>
            Items.Of(policy, "grants").Select(grant => new[]
            {
                (string?)policy["policy"], (string?)policy["mode"], Machines(policy["machines"]),
                Items.Joined(grant["allow"]), Demands(grant),
            })));
        terminal.Line(string.Empty);
        var used = access["lastUse"];
        terminal.Fields(("last use", used is null
            ? "none that is known"
            : $"{used["at"]} {used["op"]} by {used["machine"]} under {used["policy"]} (record {used["seq"]})"));
    }

    private static string Machines(JsonNode? machines)
    {
        var which = (bool?)machines?["anyGenuineTpm"] == true ? "any genuine TPM" : Labels.Text(machines?["labels"]);
        return $"{(string.IsNullOrEmpty(which) ? "every machine" : which)}; {Items.Joined(machines?["trust"])}";
    }

    // Whatever else a grant says narrows it.
    private static string Demands(JsonObject grant) => string.Join(
        ", ", grant.Where(member => member.Key != "allow").Select(member => $"{member.Key}: {member.Value?.ToJsonString().Trim('"')}"));
}
