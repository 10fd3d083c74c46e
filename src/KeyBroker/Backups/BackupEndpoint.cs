using KeyBroker.Administration;
using KeyBroker.Hosting;
using MediatR;

namespace KeyBroker.Backups;

/// <summary>POST /v1/admin/backup: the whole state as a tar stream; who asks keeps it with permissions of their own.</summary>
internal sealed class BackupEndpoint(IMediator mediator) : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/backup");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        _ = (await RequestBody.ReadAsync(HttpContext)).Object();
        var id = Guid.NewGuid().ToString("N");
        var message = new MakeBackup(id, Peer, Subject("backup.create", $"backups/{id}"));
        using var backup = (await mediator.Send(message, cancellationToken)).Value;
        HttpContext.Response.ContentType = "application/x-tar";
        await backup.WriteAsync(HttpContext.Response.Body, cancellationToken);
    }
}
