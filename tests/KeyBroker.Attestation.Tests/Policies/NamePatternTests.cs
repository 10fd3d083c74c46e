using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("web/*", "web/signer", true)]
    [InlineData("web/*", "web/eu/signer", false)]
    [InlineData("web/*", "web", false)]
    [InlineData("web/*", "webs/signer", false)]
    [InlineData("web-*", "web-1", true)]
    [InlineData("web-*", "web-", true)]
    [InlineData("web-*", "web-1/x", false)]
    [InlineData("*-a-*b", "x-a-a-bb", true)]
    [InlineData("*-a-*b", "x-a-a-bc", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("web/**", "web/a", true)]
    [InlineData("web/**", "web/a/b/c", true)]
    [InlineData("web/**", "web", false)]
    [InlineData("*/**", "a/b/c", true)]
    [InlineData("web/*/signer", "web/eu/signer", true)]
    [InlineData("web/*/signer", "web/eu/x/signer", false)]
    [InlineData("web/signer", "web/signer", true)]
    [InlineData("web/signer", "web/signer2", false)]
    public void Star_stays_inside_a_segment_and_a_final_double_star_does_not(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Parse(pattern).Matches(name));

    [Theory]
    [InlineData("")]
    [InlineData("**")]
    [InlineData("/**")]
    [InlineData("**/a")]
    [InlineData("a/**/b")]
    [InlineData("a**")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("A*")]
    [InlineData("../*")]
    [InlineData("a/b/c/d/*")]
    [InlineData("a/b/c/d/**")]
    [InlineData("^(a+)+$")]
    [InlineData("w\u0435b/*")]
    public void Refuses_what_is_not_a_pattern(string pattern) => Assert.False(NamePattern.TryParse(pattern, out _));

    [Theory]
    [InlineData("a")]
    [InlineData("payments/eu/signer")]
    [InlineData("a/b/c/d")]
    [InlineData("0.9_x-y")]
    public void Knows_a_name(string name) => Assert.True(ResourceName.IsValid(name));

    // Threats H05 and H06: traversal, absolute paths, encodings, look-alikes.
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("%2e%2e%2f")]
    [InlineData("/etc/passwd")]
    [InlineData(@"a\b")]
    [InlineData("a%00b")]
    [InlineData("a\0b")]
    [InlineData("a\n")]
    [InlineData("ROOT")]
    [InlineData("root ")]
    [InlineData("r\u043e\u043et")]
    [InlineData("\u212aey")]
    [InlineData("e\u0301")]
    [InlineData("a\u200bb")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a//b")]
    [InlineData("a/b/c/d/e")]
    [InlineData("a*")]
    public void Refuses_what_is_not_a_name(string? name) => Assert.False(ResourceName.IsValid(name));

    [Fact]
    public void A_segment_has_at_most_64_characters()
    {
        Assert.True(ResourceName.IsValid(new string('a', 64)));
        Assert.False(ResourceName.IsValid(new string('a', 65)));
        Assert.False(ResourceName.IsValid(new string('a', 300)));
        Assert.True(ResourceName.IsValid(string.Join('/', Enumerable.Repeat(new string('a', 64), 4))));
    }
}
