using KeyBroker.Attestation;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/machines/{machine}.</summary>
internal sealed class MachineShowEndpoint(Database database, MachineRecords machines, TrustedEndorsements endorsements) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/machines/{machine}");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var id = RequestTarget.Segment(HttpContext, 3);
        var machine = database.Read(connection => machines.Find(connection, id))
            ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such machine");
        return JsonAnswer.SendAsync(HttpContext, 200, MachineJson.Of(machine, endorsements));
    }
}
