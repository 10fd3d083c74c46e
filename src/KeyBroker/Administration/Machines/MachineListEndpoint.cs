using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>GET /v1/admin/machines.</summary>
internal sealed class MachineListEndpoint(Database database, MachineRecords machines, TrustedEndorsements endorsements) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/machines");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var page = Page.Of(HttpContext.Request);
        var found = database.Read(connection => machines.List(connection, page.After, page.Limit + 1));
        return JsonAnswer.SendAsync(HttpContext, 200, page.Answer(
            found, row => ListedJson.Of(row, "machine", machine => MachineJson.Of(machine, endorsements)), row => row.Name));
    }
}
