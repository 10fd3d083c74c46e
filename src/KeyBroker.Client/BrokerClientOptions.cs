using KeyBroker.Attestation.Brokers;

namespace KeyBroker.Client;

/// <summary>Which broker, which TPM, and where the state in between is kept.</summary>
public sealed record BrokerClientOptions
{
    public required Uri Broker { get; init; }

    /// <summary>Made with mode 0700 where it does not exist.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Opened only while a quote is made or a credential activated.</summary>
    public required string Tpm { get; init; }

    /// <summary>True to attest for the very request before each call.</summary>
    public bool Fresh { get; init; }

    /// <summary>Nothing is sent to a broker that is not this one; null to send to whoever answers.</summary>
    public BrokerRequirement? RequiredBroker { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
