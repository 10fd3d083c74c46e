using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/suspend: the key, or one version, until it is resumed.</summary>
internal sealed class KeySuspendEndpoint(IMediator mediator) : KeyChangeEndpoint(mediator, "suspend")
{
    protected override KeyChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => KeyChanges.Suspend(key, version), version);
    }
}
