using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/cancel: what waited for its destruction is suspended again.</summary>
internal sealed class ItemCancelEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "cancel")
{
    protected override ItemChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(item => ItemDestruction.Cancel(item, version), version);
    }
}
