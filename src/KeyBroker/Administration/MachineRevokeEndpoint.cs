using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/revoke.</summary>
internal sealed class MachineRevokeEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "revoke")
{
    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        _ = body.Object("reason").OptionalText("reason");
        return MachineChanges.Revoke;
    }
}
