using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/hold: a legal hold, which stops destruction and nothing else.</summary>
internal sealed class KeyHoldEndpoint(IMediator mediator, TimeProvider time) : KeyChangeEndpoint(mediator, "hold")
{
    private const int LongestReason = 256;

    protected override KeyChange Read(RequestBody body)
    {
        var reason = body.Object("reason").OptionalText("reason");
        return reason is null or { Length: > 0 and <= LongestReason }
            ? new(key => KeyChanges.Hold(key, new LegalHold(time.GetUtcNow(), reason)))
            : throw DeniedException.Malformed($"a text of 1 to {LongestReason} characters", "reason");
    }
}
