using System.Text.Json.Nodes;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Endorsements;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>What a broker's TPM showed, for people and for programs.</summary>
internal static class BrokerDescription
{
    public static JsonObject ToJson(VerifiedBroker broker) => new()
    {
        ["issuer"] = broker.Issuer,
        ["attestationKey"] = broker.AttestationKey.ToString(),
        ["endorsementKey"] = EndorsementKeyOf(broker),
        ["holdsEndorsementKey"] = broker.HoldsEndorsementKey,
        ["isCertified"] = broker.Evidence.Certificate is not null,
        ["hasEventLog"] = broker.Evidence.EventLog is not null,
        ["pcrs"] = JsonNode.Parse(broker.State.RegistersToJson()),
    };

    public static void Print(Terminal terminal, VerifiedBroker broker)
    {
        var held = broker.HoldsEndorsementKey ? "in the same TPM" : "its own word";
        terminal.Fields(
            ("issuer", broker.Issuer),
            ("attestation key", broker.AttestationKey.ToString()),
            ("endorsement key", $"{EndorsementKeyOf(broker)} ({held})"),
            ("certificate", broker.Evidence.Certificate is null ? "none" : "of the TPM's maker, not checked here"),
            ("event log", broker.Evidence.EventLog is null ? "none" : "shown"));
        foreach (var ((_, index), value) in broker.State.Pcrs.OrderBy(register => register.Key))
        {
            terminal.Line($"PCR {index}: {Convert.ToHexStringLower(value)}");
        }
    }

    public static string EndorsementKeyOf(VerifiedBroker broker) => EndorsementKey.Check(broker.Evidence.EndorsementKey).MachineId;
}
