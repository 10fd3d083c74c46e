namespace KeyBroker.Attestation.Brokers;

/// <summary>Why a caller refuses a broker, beside the reasons that a broker has to refuse a machine: specs/broker-attestation.md.</summary>
public static class BrokerReasons
{
    public const string Malformed = "broker-malformed";
    public const string Issuer = "broker-issuer";
    public const string AttestationKey = "broker-key";
    public const string Endorsement = "broker-endorsement";
}
