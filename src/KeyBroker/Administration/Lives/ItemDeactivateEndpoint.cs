using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/deactivate: a version that serves only what came before.</summary>
internal sealed class ItemDeactivateEndpoint(IMediator mediator, TimeProvider time) : ItemChangeEndpoint(mediator, "deactivate")
{
    protected override ItemChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(item => ItemChanges.Deactivate(item, version, time.GetUtcNow()), version);
    }
}
