using KeyBroker.Attestation.Brokers;

namespace KeyBroker.Client;

/// <summary>Asks a broker what it is, for whoever wants to see or keep the answer.</summary>
public static class BrokerAttestations
{
    /// <param name="withEndorsement">Whether to find out that its TPM has the endorsement key as well, which takes a second question.</param>
    /// <exception cref="BrokerRefusedException">What it says proves nothing.</exception>
    public static async Task<AskedBroker> AskAsync(
        Uri broker, bool withEndorsement, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(broker);
        return await new BrokerInterview(transport, clock).AskAsync(withEndorsement, cancellationToken);
    }

    /// <summary>As a client asks before it sends anything.</summary>
    /// <exception cref="BrokerRefusedException">It is not the broker that is required.</exception>
    public static async Task<AskedBroker> RequireAsync(
        Uri broker, BrokerRequirement requirement, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(broker);
        return await new BrokerInterview(transport, clock).RequireAsync(requirement, cancellationToken);
    }
}
