using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/resume: back to what it was before.</summary>
internal sealed class KeyResumeEndpoint(IMediator mediator) : KeyChangeEndpoint(mediator, "resume")
{
    protected override KeyChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(key => KeyChanges.Resume(key, version), version);
    }
}
