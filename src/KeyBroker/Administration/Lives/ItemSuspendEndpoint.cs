using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/suspend: the key or secret, or one version, until it is resumed.</summary>
internal sealed class ItemSuspendEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "suspend")
{
    protected override ItemChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(item => ItemChanges.Suspend(item, version), version);
    }
}
