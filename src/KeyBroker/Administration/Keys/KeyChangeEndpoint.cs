using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Keys;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/{verb}: reads the verb's body and changes the key by it, if it is the one that If-Match names.</summary>
internal abstract class KeyChangeEndpoint(IMediator mediator, string verb) : AdminEndpoint
{
    public override void Configure()
    {
        Post($"/v1/admin/keys/{{name}}/{verb}");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var name = RequestTarget.Name(HttpContext, index: 3);
        var change = Read(await RequestBody.ReadAsync(HttpContext));
        var demand = EntityTag.Demand(HttpContext.Request);
        var message = new ChangeKey(
            name,
            key =>
            {
                demand?.Invoke(key);
                return change.Apply(key);
            },
            Subject($"key.{verb}", $"keys/{name}") with { Version = change.Version });
        var changed = (await mediator.Send(message, cancellationToken)).Value.Key!;
        await KeyAnswer.SendAsync(HttpContext, 200, changed, AddTo);
    }

    protected abstract KeyChange Read(RequestBody body);

    /// <summary>What the answer says beside the key.</summary>
    protected virtual void AddTo(JsonObject document)
    {
    }
}
