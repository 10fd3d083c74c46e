using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/deactivate: a version that decrypts and verifies, and nothing else.</summary>
internal sealed class KeyDeactivateEndpoint(IMediator mediator, TimeProvider time) : KeyChangeEndpoint(mediator, "deactivate")
{
    protected override KeyChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => KeyChanges.Deactivate(key, version, time.GetUtcNow()), version);
    }
}
