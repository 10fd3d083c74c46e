using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/hold: a legal hold, which stops destruction and nothing else.</summary>
internal sealed class ItemHoldEndpoint(IMediator mediator, TimeProvider time) : ItemChangeEndpoint(mediator, "hold")
{
    private const int LongestReason = 256;

    protected override ItemChange Read(RequestBody body)
    {
        var reason = body.Object("reason").OptionalText("reason");
        return reason is null or { Length: > 0 and <= LongestReason }
            ? new(item => ItemChanges.Hold(item, new LegalHold(time.GetUtcNow(), reason)))
            : throw DeniedException.Malformed($"a text of 1 to {LongestReason} characters", "reason");
    }
}
