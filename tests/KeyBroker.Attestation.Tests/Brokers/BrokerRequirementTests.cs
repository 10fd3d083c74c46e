using System.Text;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Brokers;

/// <summary>BRA-20, BRA-21: what a file of kind Broker may say, and that nothing in it may be left open.</summary>
public sealed class BrokerRequirementTests
{
    private const string Good = """
        apiVersion: keybroker/v1
        kind: Broker
        metadata: { name: broker-eu, owner: platform }
        spec:
          issuer: "https://broker.example:8440"
          attestationKeys: [ "000baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ]
          endorsement: { keys: [ "sha256-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" ] }
          pcrs:
            require:
              - { pcr: 7, anyOf: [ { value: "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" } ] }
          eventLog:
            require: [ { secureBoot: enabled } ]
        """;

    [Fact]
    public void A_whole_file_is_read()
    {
        var read = Read(Good);
        Assert.Equal(("broker-eu", "https://broker.example:8440"), (read.Name, read.Issuer));
        Assert.Equal("000b" + new string('a', 64), Assert.Single(read.AttestationKeys));
        Assert.Equal("sha256-" + new string('b', 64), Assert.Single(read.EndorsementKeys));
        Assert.True(read.NeedsEndorsement);
        Assert.Equal((1, 1), (read.State.Pcrs.Length, read.State.Events.Length));
    }

    [Theory]
    [InlineData("kind: Broker", "kind: Policy", "'Policy' is none of: Broker")]
    [InlineData("apiVersion: keybroker/v1", "apiVersion: keybroker/v2", "keybroker/v1")]
    [InlineData("000baaaa", "000bAAAA", "is not the name of a key")]
    [InlineData("000baaaa", "000caaaa", "is not the name of a key")]
    [InlineData("sha256-bbbb", "sha256-bbb", "is not sha256-")]
    [InlineData("\"sha256-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"", "", "an empty list")]
    [InlineData("{ keys: [ \"sha256-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" ] }", "{}", "'endorsement' requires nothing")]
    [InlineData("issuer:", "isuer:", "did you mean 'issuer'")]
    [InlineData("pcr: 7", "pcr: 23", "cannot be required")]
    [InlineData("    require:\n      - { pcr", "    baselines: [ \"b/*\" ]\n    require:\n      - { pcr", "'baselines' are not for a file that stands alone")]
    [InlineData("  eventLog:", "  grants: []\n  eventLog:", "unknown member 'grants'")]
    public void A_mistake_is_named_with_its_place(string from, string to, string said)
    {
        var wrong = Good.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Good, wrong);
        var refused = Assert.Throws<PolicyException>(() => Read(wrong));
        Assert.Contains(refused.Errors, error => error.Message.Contains(said, StringComparison.Ordinal) && error.Line > 0);
    }

    [Fact]
    public void It_says_whose_TPM_and_in_which_state_or_is_refused()
    {
        var anybody = string.Join('\n', Good.Split('\n').Where(line => !line.Contains("attestationKeys", StringComparison.Ordinal) && !line.Contains("endorsement", StringComparison.Ordinal)));
        Assert.Contains("anybody's TPM", Assert.Throws<PolicyException>(() => Read(anybody)).Message, StringComparison.Ordinal);
        var anyState = Good[..Good.IndexOf("  pcrs:", StringComparison.Ordinal)];
        Assert.Contains("'pcrs' or 'eventLog' is missing", Assert.Throws<PolicyException>(() => Read(anyState)).Message, StringComparison.Ordinal);
        Assert.Throws<PolicyException>(() => Read("{"));
    }

    [Fact]
    public void A_broker_takes_no_such_file_for_a_policy() =>
        Assert.Throws<PolicyException>(() => PolicySet.Of([new PolicyFile("broker.yaml", Encoding.UTF8.GetBytes(Good))]));

    [Fact]
    public void A_folder_of_makers_must_be_there_and_hold_some()
    {
        var folder = Directory.CreateTempSubdirectory("kb-required-");
        var file = Path.Combine(folder.FullName, "broker.yaml");
        File.WriteAllText(file, Good.Replace("{ keys: [", "{ roots: makers, keys: [", StringComparison.Ordinal));
        Assert.ThrowsAny<IOException>(() => BrokerRequirement.Load(file, File.ReadAllBytes(file)));
        folder.CreateSubdirectory("makers");
        Assert.ThrowsAny<FormatException>(() => BrokerRequirement.Load(file, File.ReadAllBytes(file)));
        folder.Delete(recursive: true);
    }

    private static BrokerRequirement Read(string text) => BrokerRequirement.Read(new PolicyFile("broker.yaml", Encoding.UTF8.GetBytes(text)));
}
