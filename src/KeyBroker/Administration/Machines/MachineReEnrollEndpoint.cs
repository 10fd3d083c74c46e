using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/re-enroll.</summary>
internal sealed class MachineReEnrollEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "re-enroll")
{
    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        _ = body.Object();
        return MachineChanges.AllowReEnrollment;
    }
}
