using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/unhold: lifts a legal hold.</summary>
internal sealed class ItemUnholdEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "unhold")
{
    protected override ItemChange Read(RequestBody body)
    {
        _ = body.Object();
        return new(ItemChanges.Unhold);
    }
}
