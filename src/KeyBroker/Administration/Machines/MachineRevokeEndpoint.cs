using KeyBroker.Attestation;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/revoke.</summary>
internal sealed class MachineRevokeEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "revoke")
{
    private const int LongestReason = 256;

    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        var reason = body.Object("reason").OptionalText("reason");
        return reason is null or { Length: > 0 and <= LongestReason }
            ? known => MachineChanges.Revoke(known, reason)
            : throw DeniedException.Malformed($"a text of 1 to {LongestReason} characters", "reason");
    }
}
