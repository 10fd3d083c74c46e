using System.Text;
using System.Text.Json;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>The text of a file of kind Broker that this broker satisfies.</summary>
internal static class BrokerFileText
{
    /// <param name="registers">Of the SHA-256 bank.</param>
    /// <exception cref="UsageException">The broker does not quote one of them.</exception>
    public static string Of(VerifiedBroker broker, string name, IReadOnlyList<int> registers)
    {
        var text = new StringBuilder($$"""
            apiVersion: keybroker/v1
            kind: Broker
            metadata: { name: {{Quoted(name)}} }
            spec:
              issuer: {{Quoted(broker.Issuer)}}
              attestationKeys: [ "{{broker.AttestationKey}}" ]

            """);
        if (broker.HoldsEndorsementKey)
        {
            text.Append($$"""  endorsement: { keys: [ "{{BrokerDescription.EndorsementKeyOf(broker)}}" ] }""").Append('\n');
        }

        text.Append("  pcrs:\n    require:\n");
        foreach (var index in registers)
        {
            text.Append("      - ").Append(Requirement(index, ValueOf(broker, index))).Append('\n');
        }

        return text.ToString();
    }

    private static byte[] ValueOf(VerifiedBroker broker, int index) =>
        broker.State.Find(TpmAlgorithm.Sha256, index) ?? throw new UsageException($"the broker does not quote PCR {index}");

    // A register that nothing was measured into has to be asked for as such.
    private static string Requirement(int index, byte[] value)
    {
        var isWeak = !value.AsSpan().ContainsAnyExcept((byte)0) || !value.AsSpan().ContainsAnyExcept((byte)0xFF);
        var mark = isWeak ? ", unextended: true" : "";
        return $$"""{ pcr: {{index}}, anyOf: [ { value: "{{Convert.ToHexStringLower(value)}}", label: "pinned"{{mark}} } ] }""";
    }

    // Text of JSON is text of YAML.
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
