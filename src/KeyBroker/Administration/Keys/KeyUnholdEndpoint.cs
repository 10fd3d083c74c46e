using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/unhold: lifts a legal hold.</summary>
internal sealed class KeyUnholdEndpoint(IMediator mediator) : KeyChangeEndpoint(mediator, "unhold")
{
    protected override KeyChange Read(RequestBody body)
    {
        _ = body.Object();
        return new(KeyChanges.Unhold);
    }
}
