using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines/{machine}/{verb}: reads the verb's body and changes the row by it.</summary>
internal abstract class MachineChangeEndpoint(IMediator mediator, string verb) : AdminEndpoint
{
    public override void Configure()
    {
        Post($"/v1/admin/machines/{{machine}}/{verb}");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var id = RequestTarget.Segment(HttpContext, 3);
        var body = await RequestBody.ReadAsync(HttpContext);
        var change = Read(body);
        var subject = Subject($"machine.{verb}", $"machines/{id}", body) with { Machine = id };
        var changed = (await mediator.Send(new ChangeMachine(id, change, subject), cancellationToken)).Value.Machine!;
        await JsonAnswer.SendAsync(HttpContext, 200, MachineJson.Of(changed));
    }

    protected abstract Func<Machine?, Machine> Read(RequestBody body);
}
