using FastEndpoints;
using KeyBroker.Hosting;

namespace KeyBroker.SelfAttestations;

/// <summary>POST /v1/broker/attestation: what is this broker? Writes nothing, like a challenge.</summary>
internal sealed class SelfAttestationEndpoint(SelfAttestationQueue queue, SourceBudget budget) : EndpointWithoutRequest
{
    private const int Largest = 16 << 10;

    public override void Configure()
    {
        Post("/v1/broker/attestation");
        AllowAnonymous(); // A caller asks before it trusts the broker with anything.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var body = await RequestBody.ReadAsync(HttpContext, Largest);
        var request = SelfAttestationRequest.Read(body.Object("nonce", "credential"), Convert.ToHexString(body.Digest));
        var source = HttpContext.Connection.RemoteIpAddress?.ToString() ?? "";
        budget.Take(source);
        var evidence = await queue.AskAsync(request, source, ct);
        await JsonAnswer.SendAsync(HttpContext, 200, evidence.ToJson());
    }
}
