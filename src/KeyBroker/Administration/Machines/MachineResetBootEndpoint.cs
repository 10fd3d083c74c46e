using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/reset-boot.</summary>
internal sealed class MachineResetBootEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "reset-boot")
{
    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        _ = body.Object();
        return MachineChanges.ResetBoot;
    }
}
