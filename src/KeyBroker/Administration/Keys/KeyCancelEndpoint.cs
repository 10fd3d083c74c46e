using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/cancel: what waited for its destruction is suspended again.</summary>
internal sealed class KeyCancelEndpoint(IMediator mediator) : KeyChangeEndpoint(mediator, "cancel")
{
    protected override KeyChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => KeyDestruction.Cancel(key, version), version);
    }
}
