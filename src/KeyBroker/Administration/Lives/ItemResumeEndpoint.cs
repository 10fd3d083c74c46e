using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/resume: back to what it was before.</summary>
internal sealed class ItemResumeEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "resume")
{
    protected override ItemChange Read(RequestBody body)
    {
        var version = body.Object("version").OptionalInt32("version");
        return new(item => ItemChanges.Resume(item, version), version);
    }
}
