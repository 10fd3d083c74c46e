using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Brokers;

/// <summary>BRA-22: the sample of kind Broker and its JSON Schema say what the reader says.</summary>
public sealed class BrokerSchemaTests
{
    private static readonly JsonNode s_schema = Json("broker.schema.json");
    private static readonly string s_sample = File.ReadAllText(Repository.Path("policies", "schema", "broker.sample.yaml"));

    [Fact]
    public void The_sample_is_read_and_fits_the_schema()
    {
        var read = BrokerRequirement.Load(Repository.Path("policies", "schema", "broker.sample.yaml"), Encoding.UTF8.GetBytes(s_sample));
        Assert.Equal((2, 1, 2), (read.AttestationKeys.Length, read.EndorsementKeys.Length, read.State.Pcrs.Length));
        Assert.Null(Wrong(s_sample));
    }

    [Theory]
    [InlineData("kind: Broker", "kind: Policy")]
    [InlineData("apiVersion: keybroker/v1", "apiVersion: keybroker/v2")]
    [InlineData("name: broker-eu", "name: Broker")]
    [InlineData("issuer:", "isuer:")]
    [InlineData("000b", "000c")]
    [InlineData("sha256-", "sha256:")]
    [InlineData("attestationKeys:", "attestationKeys: []\n  attestation:")]
    [InlineData("endorsement:  ", "endorsement: {}\n  endorsements:")]
    [InlineData("pcr: 7", "pcr: 23")]
    [InlineData("    require:\n      - { pcr", "    baselines: [ \"b/*\" ]\n    require:\n      - { pcr")]
    [InlineData("secureBoot: enabled", "secureBoot: on")]
    [InlineData("  eventLog:", "  grants: []\n  eventLog:")]
    public void A_mistake_is_refused_by_both(string from, string to)
    {
        var wrong = s_sample.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(s_sample, wrong);
        Assert.Throws<PolicyException>(() => BrokerRequirement.Read(new PolicyFile("broker.yaml", Encoding.UTF8.GetBytes(wrong))));
        Assert.NotNull(Wrong(wrong));
    }

    [Theory]
    [InlineData("attestationKeys", "endorsement")]
    [InlineData("pcrs", "eventLog")]
    public void One_of_two_is_required_by_both(string first, string second)
    {
        var sample = JsonNode.Parse(CanonicalJson.Write(YamlReader.Read(Encoding.UTF8.GetBytes(s_sample))))!;
        sample["spec"]!.AsObject().Remove(first);
        Assert.Null(new SchemaCheck(At).Find(s_schema, sample, "$"));
        sample["spec"]!.AsObject().Remove(second);
        Assert.NotNull(new SchemaCheck(At).Find(s_schema, sample, "$"));
    }

    [Fact]
    public void What_it_shares_with_policies_is_the_same()
    {
        var (own, policies) = (s_schema["$defs"]!.AsObject(), Json("policy.schema.json")["$defs"]!.AsObject());
        var shared = own.Select(definition => definition.Key).Except(["spec", "objectName", "endorsement", "registers"]).ToList();
        Assert.Contains("assertion", shared);
        Assert.All(shared, name => Assert.True(JsonNode.DeepEquals(policies[name], own[name]), name));
    }

    private static string? Wrong(string yaml) =>
        new SchemaCheck(At).Find(s_schema, JsonNode.Parse(CanonicalJson.Write(YamlReader.Read(Encoding.UTF8.GetBytes(yaml)))), "$");

    private static JsonNode At(string pointer) => pointer.Split('/').Skip(1).Aggregate(s_schema, (node, step) => node[step]!);

    private static JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(Repository.Path("policies", "schema", name)))!;
}
