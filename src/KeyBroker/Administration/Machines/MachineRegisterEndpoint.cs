using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/machines: names a machine before it enrols, which makes it trusted when it does.</summary>
internal sealed class MachineRegisterEndpoint(IMediator mediator, TimeProvider time) : AdminEndpoint
{
    private const string IdPrefix = "sha256-";
    private const int IdLength = 71;

    public override void Configure()
    {
        Post("/v1/admin/machines");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(HttpContext);
        var machine = Parse(body);
        var registration = new ChangeMachine(
            machine.Id, known => MachineChanges.Register(known, machine), Subject("machine.register", $"machines/{machine.Id}", body));
        var registered = (await mediator.Send(registration, cancellationToken)).Value.Machine!;
        await JsonAnswer.SendAsync(HttpContext, 201, MachineJson.Of(registered));
    }

    private Machine Parse(RequestBody body)
    {
        var members = body.Object("machine", "name", "labels");
        var (id, name) = (members.Text("machine"), members.Text("name"));
        if (id.Length != IdLength || !id.StartsWith(IdPrefix, StringComparison.Ordinal) || !IsLowerHex(id[IdPrefix.Length..]))
        {
            throw DeniedException.Malformed("sha256- and 64 lower-case hex digits are expected", "machine");
        }

        return ResourceName.IsSegment(name)
            ? new Machine(id, name, MachineStatus.Registered, time.GetUtcNow()) { Labels = Labels.Parse(members.Optional("labels")) }
            : throw DeniedException.Malformed("not a machine name", "name");
    }

    private static bool IsLowerHex(string text) => text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
