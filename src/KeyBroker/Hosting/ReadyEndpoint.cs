using System.Text.Json.Nodes;
using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Hosting;

/// <summary>GET /readyz: TPM, store, audit and policies are usable, or which one is not.</summary>
internal sealed class ReadyEndpoint(BrokerVault vault, Database database, AuditLog audit, PoliciesInForce policies) : EndpointWithoutRequest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public override void Configure()
    {
        Get("/readyz");
        AllowAnonymous(); // Names parts, not what is in them.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        if (!StoreAnswers())
        {
            throw Unready(ProblemCodes.StoreUnavailable, "store");
        }

        if (!await TpmAnswersAsync(ct))
        {
            throw Unready(ProblemCodes.TpmUnavailable, "tpm");
        }

        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["status"] = "ready",
            ["tpm"] = "usable",
            ["store"] = "usable",
            ["audit"] = "usable",
            ["policies"] = policies.Current.Digest,
        });
    }

    private static DeniedException Unready(string code, string part) => new(code, new Reason(code, $"{part} is not usable") { Path = part });

    private bool StoreAnswers()
    {
        try
        {
            // A read of the audit log and an empty write: both parts, no row.
            _ = audit.List(0, 1);
            return database.WriteAsync(_ => true, CancellationToken.None).Wait(s_patience);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or AggregateException)
        {
            return false;
        }
    }

    private async Task<bool> TpmAnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await vault.IsReadyAsync(cancellationToken).WaitAsync(s_patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
