using System.Text;
using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class YamlStrictnessTests
{
    // Threats H03: one departure from plain data each, next to the file that is in order.
    public static TheoryData<string, string, string, string> Departures => new()
    {
        { "anchor", "owner: web-team", "owner: &a web-team", "anchors" },
        { "alias", "owner: web-team", "owner: *a", "aliases" },
        { "tag", "owner: web-team", "owner: !!str web-team", "tags" },
        { "type tag", "owner: web-team", "owner: !!System.Diagnostics.Process x", "tags" },
        { "bare tag", "owner: web-team", "owner: ! web-team", "tags" },
        { "tag on a map", "labels: { role: web }", "labels: !x { role: web }", "tags" },
        { "merge key", "labels: { role: web }", "labels: { <<: { role: web } }", "merge" },
        { "duplicate", "  tokenLifetime: 5m", "  tokenLifetime: 5m\n  tokenLifetime: 6m", "twice" },
        { "duplicate by quotes", "labels: { role: web }", "labels: { role: web, \"role\": db }", "twice" },
        { "unknown member", "mode: enforce", "mode: enforce\n  insecure: true", "unknown member 'insecure'" },
        { "unknown at the top", "kind: Policy", "kind: Policy\nx: y", "unknown member 'x'" },
        { "map as a name", "mode: enforce", "? { a: b }\n  : c", "a name in a map" },
        { "number for text", "owner: web-team", "owner: 12", "without quotes" },
        { "boolean for text", "role: web", "role: no", "without quotes" },
        { "octal for text", "role: web", "role: 010", "without quotes" },
        { "nothing for text", "owner: web-team", "owner: ", "without quotes" },
        { "null for text", "role: web", "role: null", "without quotes" },
        { "empty text", "role: web", "role: \"\"", "1 to" },
        { "octal register", "pcr: 7", "pcr: 07", "decimal number" },
        { "hex register", "pcr: 7", "pcr: 0x7", "decimal number" },
        { "underscored register", "pcr: 7", "pcr: 1_0", "decimal number" },
        { "quoted register", "pcr: 7", "pcr: \"7\"", "decimal number" },
        { "negative register", "pcr: 7", "pcr: -7", "decimal number" },
        { "yes for true", "mode: enforce", "mode: yes", "without quotes" },
        { "list for text", "mode: enforce", "mode: [enforce]", "this is a text" },
        { "text for list", "allow: [release]", "allow: release", "this is a list" },
        { "text for map", "labels: { role: web }", "labels: web", "this is a map" },
        { "control character", "owner: web-team", "owner: web\u0007team", "control character" },
        { "escaped control character", "owner: web-team", "owner: \"web\\u0000team\"", "control character" },
        { "other version", "apiVersion", "%YAML 1.1\n---\napiVersion", "1.2" },
        { "unclosed", "labels: { role: web }", "labels: { role: web", "not YAML" },
    };

    [Fact]
    public void The_unmodified_file_loads() => Assert.Empty(PolicyText.Load(PolicyText.Good).Warnings);

    [Theory]
    [MemberData(nameof(Departures))]
    public void Refuses_what_is_not_plain_data(string what, string from, string to, string message)
    {
        Assert.Contains(from, PolicyText.Good, StringComparison.Ordinal);
        var at = PolicyText.Good.IndexOf(from, StringComparison.Ordinal);
        var text = string.Concat(PolicyText.Good.AsSpan(0, at), to, PolicyText.Good.AsSpan(at + from.Length));

        var errors = PolicyText.Errors(text);

        Assert.True(errors.Any(e => e.Message.Contains(message, StringComparison.Ordinal)), $"{what}: {string.Join('\n', errors)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n \n")]
    [InlineData("# nothing here\n")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("---\n...\n")]
    public void Refuses_a_file_that_says_nothing(string text) => Assert.NotEmpty(PolicyText.Errors(text));

    [Fact]
    public void Refuses_a_second_document() =>
        Assert.Contains("one document", Assert.Single(PolicyText.Errors($"{PolicyText.Good}---\n{PolicyText.Good}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Accepts_the_version_directive() =>
        Assert.Single(PolicyText.Load($"%YAML 1.2\n---\n{PolicyText.Good}").Policies);

    [Fact]
    public void Refuses_more_than_256_KiB()
    {
        var size = 256 * 1024;
        Assert.Single(PolicyText.Load(PolicyText.Good.PadRight(size, '\n')).Policies);
        Assert.Contains("256 KiB", Assert.Single(PolicyText.Errors(PolicyText.Good.PadRight(size + 1, '\n'))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8()
    {
        var file = new PolicyFile("x.yaml", Encoding.Latin1.GetBytes(PolicyText.Good.Replace("Debian", "D\u00e9bian", StringComparison.Ordinal)));
        Assert.Contains("UTF-8", Assert.Throws<PolicyException>(() => PolicySet.Of([file])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Refuses_deep_nesting(string opening)
    {
        var error = Assert.Single(PolicyText.Errors(string.Concat(Enumerable.Repeat(opening, 10_000))));
        Assert.Contains("deeper than 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_alias_bomb_at_its_first_anchor()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 10; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        var error = Assert.Single(PolicyText.Errors(bomb.ToString()));
        Assert.Equal((1, "anchors are refused"), (error.Line, error.Message));
    }

    [Fact]
    public void Errors_say_where()
    {
        var text = PolicyText.Good.Replace("pcr: 7", "pcr: 16", StringComparison.Ordinal);
        var error = Assert.Single(PolicyText.Errors(text));
        var line = text.Split('\n').Index().Single(l => l.Item.Contains("pcr: 16", StringComparison.Ordinal));
        Assert.Equal(("1.yaml", line.Index + 1), (error.File, error.Line));
        Assert.Equal(line.Item.IndexOf("16", StringComparison.Ordinal) + 1, error.Column);
    }

    [Fact]
    public void Every_character_replaced_loads_or_is_refused_with_a_place()
    {
        foreach (var replacement in "\0[{&*!\"':-#%@`?|>,\t\n7\uFFFD")
        {
            for (var at = 0; at < PolicyText.Good.Length; at++)
            {
                var text = string.Concat(PolicyText.Good.AsSpan(0, at), [replacement], PolicyText.Good.AsSpan(at + 1));
                try
                {
                    Assert.Single(PolicyText.Load(text).Policies);
                }
                catch (PolicyException e)
                {
                    Assert.All(e.Errors, error => Assert.True(error.Line > 0, error.ToString()));
                }
            }
        }
    }

    [Fact]
    public void Every_proper_prefix_is_refused_or_still_whole()
    {
        for (var length = 0; length < PolicyText.Good.TrimEnd().LastIndexOf('-'); length++)
        {
            try
            {
                // A prefix that ends after a whole grant is a policy with fewer grants, never with more.
                var policy = Assert.Single(PolicyText.Load(PolicyText.Good[..length]).Policies);
                Assert.True(policy.Grants.Length < 2);
            }
            catch (PolicyException e)
            {
                Assert.NotEmpty(e.Errors);
            }
        }
    }
}
