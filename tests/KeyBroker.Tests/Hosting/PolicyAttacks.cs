using System.Text;

namespace KeyBroker.Tests.Hosting;

/// <summary>The attacks on a policy file (threats H01, H03 to H06, C10, C11); each reads as what its author, or an attacker, writes.</summary>
internal static class PolicyAttacks
{
    public const string Good = """
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web } }
          pcrs:
            require:
              - { pcr: 7, anyOf: [ { value: "1717171717171717171717171717171717171717171717171717171717171717" } ] }
          grants:
            - { keys: ["web/*"], allow: [sign] }
        """;

    private const string Value = "1717171717171717171717171717171717171717171717171717171717171717";
    private const string Requires = "\"" + Value + "\"";
    private const string Pcrs = "  pcrs:\n    require:\n      - { pcr: 7, anyOf: [ { value: " + Requires + " } ] }\n";

    public static IReadOnlyList<PolicyAttack> All { get; } =
        [.. Controls(), .. Empty(), .. Yaml(), .. Names(), .. Values()];

    private static IEnumerable<PolicyAttack> Controls()
    {
        yield return new PolicyAttack("control_unchanged", "", null, text => text);
        yield return new PolicyAttack("control_make", "", null, Replacing("labels: { role: web }", "labels: { role: web }, model: [\"SLB*\"]"));
        yield return new PolicyAttack("control_comment", "", null, text => "# ours\n" + text);
    }

    private static IEnumerable<PolicyAttack> Empty()
    {
        yield return Bad("empty_file", "H01", "", _ => "");
        yield return Bad("comment_only", "H01", "", _ => "# nothing\n");
        yield return Bad("empty_map", "H01", "missing", _ => "{}");
        yield return Bad("null", "H01", "", _ => "null\n");
        yield return Bad("requires_nothing", "H01", "requires something", Replacing(Pcrs, ""));
        yield return Bad("pcrs_empty", "H01", "requires nothing", Replacing(Pcrs, "  pcrs: {}\n"));
        yield return Bad("require_empty", "H01", "requires nothing", Replacing(Pcrs, "  pcrs: { require: [] }\n"));
        yield return Bad("any_of_empty", "H01", "empty list", Replacing($"[ {{ value: {Requires} }} ]", "[]"));
        yield return Bad("event_log_empty", "H01", "", Replacing(Pcrs, "  eventLog: { require: [] }\n"));
        yield return Bad("trust_empty", "H01", "empty list", Replacing("labels: { role: web }", "labels: {}, trust: []"));
        yield return Bad("make_empty", "H01", "empty list", Replacing("labels: { role: web }", "model: []"));
        yield return Bad("machines_missing", "H01", "'machines' is missing", Replacing("  machines: { labels: { role: web } }\n", ""));
        yield return Bad("member_unknown", "H01", "unknown member", Replacing("grants:", "grant:"));
        yield return Bad("mode_unknown", "H01", "none of", Replacing("spec:\n", "spec:\n  mode: permissive\n"));
        yield return Bad("term_aad_beside_sign", "H01", "a grant of its own", Replacing("allow: [sign]", "allow: [sign], aad: row-7"));
        yield return Bad("term_never", "H01", "at least 1 use", Replacing("allow: [sign]", "allow: [sign], maxUses: 0"));
        yield return Bad("term_window_closed", "H01", "grants nothing", Replacing("allow: [sign]", "allow: [sign], notBefore: 2026-02-01T00:00:00Z, notAfter: 2026-01-01T00:00:00Z"));
        yield return Bad("term_freshness_unknown", "H01", "none of", Replacing("allow: [sign]", "allow: [sign], freshness: always"));
        yield return Bad("term_creator_unknown", "H01", "none of", Replacing("allow: [sign]", "allow: [sign], createdBy: anybody"));
    }

    private static IEnumerable<PolicyAttack> Yaml()
    {
        yield return Bad("anchor_and_alias", "H03", "", Replacing("{ role: web }", "&a { role: web, again: *a }"));
        yield return Bad("aliases_nine_deep", "H03", "", text => Bomb() + text);
        yield return Bad("tag_of_a_type", "H03", "", Replacing("name: web-tier", "name: !!System.Diagnostics.Process web-tier"));
        yield return Bad("tag_of_yaml", "H03", "", Replacing("name: web-tier", "name: !!str web-tier"));
        yield return Bad("merge_key", "H03", "", Replacing("{ role: web }", "{ <<: { role: web } }"));
        yield return Bad("register_twice", "H03", "", Replacing("pcr: 7,", "pcr: 7, pcr: 8,"));
        yield return Bad("member_twice", "H03", "", text => text + "\nkind: Policy\n");
        yield return Bad("second_document", "H03", "", text => text + "\n---\n" + text);
        yield return Bad("register_in_octal", "H03", "", Replacing("pcr: 7", "pcr: 010"));
        yield return Bad("register_with_underscore", "H03", "", Replacing("pcr: 7", "pcr: 1_0"));
        yield return Bad("register_as_text", "H03", "", Replacing("pcr: 7", "pcr: \"7\""));
        yield return Bad("no_is_not_a_text", "H03", "quotes", Replacing("role: web", "role: no"));
        yield return Bad("nested_10000_deep", "H03", "", Replacing("{ role: web }", new string('[', 10_000)));
        yield return Bad("over_256_kib", "H03", "", text => text) with { SpacesAfter = 256 * 1024 };
        yield return Bad("control_character", "H03", "", Replacing("web-tier", "\"web\\u0007\""));
        yield return Bad("expression_in_a_pattern", "H04", "pattern", Replacing("web/*", "^(a+)+$"));
        yield return Bad("star_within_a_make", "H04", "not at its end", Replacing("labels: { role: web }", "model: [\"S*B*\"]"));
    }

    private static IEnumerable<PolicyAttack> Names()
    {
        foreach (var (name, text) in new[]
        {
            ("parent", "../x"), ("parent_escaped", "%2e%2e%2f"), ("absolute", "/etc/passwd"), ("backslash", "a\\\\b"), ("nul", "a\\u0000b"),
            ("of_300_characters", new string('a', 300)),
        })
        {
            yield return Bad("name_" + name, "H05", "", Replacing("web-tier", $"\"{text}\""));
        }

        foreach (var (name, text) in new[]
        {
            ("capitals", "WEB-TIER"), ("space_behind", "web-tier "), ("cyrillic", "w\u0435b-tier"), ("kelvin", "\u212Aey"), ("composed", "w\u00e9b"),
            ("zero_width", "web\u200b-tier"),
        })
        {
            yield return Bad("name_" + name, "H06", "not a name", Replacing("web-tier", $"\"{text}\""));
        }
    }

    private static IEnumerable<PolicyAttack> Values()
    {
        yield return Bad("value_of_zeros", "C11", "", Replacing(Value, new string('0', 64)));
        yield return Bad("value_of_ff", "C11", "", Replacing(Value, new string('f', 64)));
        yield return Bad("value_empty", "C10", "", Replacing(Value, ""));
        yield return Bad("value_null", "C10", "", Replacing(Requires, "null"));
        yield return Bad("value_short", "C10", "", Replacing(Value, Value[2..]));
        yield return Bad("value_in_capitals", "C10", "", Replacing(Value, string.Concat(Enumerable.Repeat("AB", 32))));
        yield return Bad("register_that_software_resets", "C11", "", Replacing("pcr: 7", "pcr: 16"));
        yield return Bad("bank_of_sha1", "C11", "", Replacing("  pcrs:\n", "  pcrs:\n    bank: sha1\n"));
    }

    private static PolicyAttack Bad(string name, string covers, string says, Func<string, string> mutate) => new(name, covers, says, mutate);

    private static Func<string, string> Replacing(string from, string to) => text => text.Contains(from, StringComparison.Ordinal)
        ? text.Replace(from, to, StringComparison.Ordinal)
        : throw new InvalidDataException($"'{from}' is not in the good policy");

    private static string Bomb()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level <= 9; level++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        return text.ToString();
    }
}
