using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/approve.</summary>
internal sealed class MachineApproveEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "approve")
{
    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        var given = body.Object("labels").Optional("labels");
        var labels = given is null ? null : Labels.Parse(given);
        return known => MachineChanges.Approve(known, labels);
    }
}
