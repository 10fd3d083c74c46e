using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/activate: a version that waits becomes the primary one.</summary>
internal sealed class KeyActivateEndpoint(IMediator mediator, TimeProvider time) : KeyChangeEndpoint(mediator, "activate")
{
    protected override KeyChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => KeyChanges.Activate(key, version, time.GetUtcNow()), version);
    }
}
