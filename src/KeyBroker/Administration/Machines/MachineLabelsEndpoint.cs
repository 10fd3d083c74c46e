using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/labels.</summary>
internal sealed class MachineLabelsEndpoint(IMediator mediator) : MachineChangeEndpoint(mediator, "labels")
{
    protected override Func<Machine?, Machine> Read(RequestBody body)
    {
        var labels = Labels.Parse(body.Object("labels").Required("labels"));
        return known => MachineChanges.Relabel(known, labels);
    }
}
