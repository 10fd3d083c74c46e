using System.Threading.RateLimiting;
using KeyBroker.Attestation;
using KeyBroker.Configuration;
using KeyBroker.Pipeline;
using KeyBroker.Telemetry;

namespace KeyBroker.Clients;

/// <summary>
/// The one way for a relying party to ask the broker. Nobody's guesses count against a client: its own rate begins after it
/// has shown its secret, and a source's rate bounds the guesses.
/// </summary>
internal sealed class ClientGate(BrokerSettings settings) : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<AuthenticatedClient> _rates = PartitionedRateLimiter.Create<AuthenticatedClient, string>(
        client => RateLimitPartition.GetTokenBucketLimiter(client.Id, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = client.Settings.PerSecond,
            TokensPerPeriod = client.Settings.PerSecond,
            ReplenishmentPeriod = s_period,
            QueueLimit = 0,
        }));

    /// <param name="operation">As the metrics name it; who is no client is nobody, and nobody fills the audit log.</param>
    /// <exception cref="DeniedException">token-missing, token-invalid, operation-denied or rate-limited.</exception>
    public AuthenticatedClient Admit(HttpContext context, string permission, string operation)
    {
        try
        {
            var shown = BasicCredentials.Of(context.Request);
            var client = Check(context, shown, permission, operation);
            using var lease = _rates.AttemptAcquire(client);
            return lease.IsAcquired ? client : throw new DeniedException(ProblemCodes.RateLimited, "too many requests of this client");
        }
        catch (DeniedException denied)
        {
            OperationInstruments.Refused(operation, denied.Code);
            throw;
        }
    }

    // Whom this denies has shown its secret; whoever has not is refused otherwise.
    private AuthenticatedClient Check(HttpContext context, (string Id, string Secret) shown, string permission, string operation)
    {
        var subject = new AuditSubject(operation) { Peer = AuthenticatedClient.NameOf(shown.Id), RequestId = context.TraceIdentifier };
        try
        {
            var client = AuthenticatedClient.Check(settings.Clients, shown, permission);
            RefusalRecords.Know(context, subject);
            return client;
        }
        catch (DeniedException denied) when (denied.Code == ProblemCodes.OperationDenied)
        {
            RefusalRecords.Know(context, subject);
            throw;
        }
    }

    public void Dispose() => _rates.Dispose();
}
