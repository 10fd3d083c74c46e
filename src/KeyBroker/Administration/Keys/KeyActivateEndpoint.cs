using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/activate: a version that waits becomes the primary one.</summary>
internal sealed class KeyActivateEndpoint(IMediator mediator, TimeProvider time) : ItemChangeEndpoint(mediator, "activate", ItemKind.Key)
{
    protected override ItemChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => ItemChanges.Activate((KeyRecord)key, version, time.GetUtcNow()), version);
    }
}
