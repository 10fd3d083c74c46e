using KeyBroker.Attestation.Brokers;

namespace KeyBroker.Client;

/// <summary>Stands before everything that is sent: where a broker is required, none but that one gets it.</summary>
internal sealed class RequiredBroker(BrokerRequirement? requirement, BrokerInterview interview, ReceiptVerifier receipts)
{
    private bool _isKnown;

    /// <summary>Asks anew, and from now on believes only what the broker's keys of now sign.</summary>
    /// <exception cref="BrokerRefusedException">It is another broker, or in another state.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (requirement is null)
        {
            return;
        }

        _isKnown = false;
        var asked = await interview.RequireAsync(requirement, cancellationToken);
        receipts.Pin(asked.Broker.Issuer, asked.Keys);
        _isKnown = true;
    }

    /// <summary>Asks unless this client has asked already.</summary>
    /// <exception cref="BrokerRefusedException">It is another broker, or in another state.</exception>
    public Task EnsureKnownAsync(CancellationToken cancellationToken) => _isKnown ? Task.CompletedTask : EnsureAsync(cancellationToken);
}
