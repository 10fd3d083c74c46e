using System.Text;
using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>Files that test cases and explanations name: whatever is in them, they are read or refused.</summary>
public sealed class EvidenceFileTests
{
    private static readonly string s_value = new('a', 64);

    [Fact]
    public void Reads_a_stored_attestation() =>
        Assert.Single(Read($$$"""{"measurements":{"sha256":{"7":"{{{s_value}}}"}},"facts":null}""").State.Pcrs);

    [Theory]
    [InlineData("""{"measurements":{"sha256":{"7":null}}}""")]
    [InlineData("""{"measurements":{"sha256":{"7":"aa"}}}""")]
    [InlineData("""{"measurements":{"sha256":{"x":"aa"}}}""")]
    [InlineData("""{"measurements":[]}""")]
    [InlineData("""{"measurements":{},"facts":{"sha256":null}}""")]
    [InlineData("""{"measurements":{},"facts":{"sha256":{}}}""")]
    [InlineData("""{"machine":1,"pcrs":{}}""")]
    [InlineData("""{"pcrs":{},"eventLog":1}""")]
    [InlineData("[]")]
    public void Refuses_what_is_none(string json) => Assert.Throws<FormatException>(() => Read(json));

    private static EvidenceFile Read(string json) => EvidenceFile.Read(Encoding.UTF8.GetBytes(json));
}
