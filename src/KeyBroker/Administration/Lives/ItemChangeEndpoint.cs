using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/{verb}: reads the verb's body and changes the item by it, if it is the one that If-Match names.</summary>
/// <param name="kinds">Of what kinds the verb is; of every one, where none is named.</param>
internal abstract class ItemChangeEndpoint(IMediator mediator, string verb, params ItemKind[] kinds) : AdminEndpoint
{
    public override void Configure()
    {
        Post([.. (kinds.Length > 0 ? kinds : ItemKind.All).Select(kind => $"/v1/admin/{kind.Collection}/{{name}}/{verb}")]);
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var (kind, name) = ItemTarget.Of(HttpContext);
        var body = await RequestBody.ReadAsync(HttpContext);
        var change = Read(body);
        var demand = EntityTag.Demand(HttpContext.Request);
        var message = new ChangeItem(
            kind,
            name,
            item =>
            {
                demand?.Invoke(item);
                return change.Apply(item);
            },
            Subject($"{kind.Name}.{verb}", $"{kind.Collection}/{name}", body) with { Version = change.Version });
        var changed = (await mediator.Send(message, cancellationToken)).Value;
        var document = changed.Document!;
        AddTo(document, kind);
        HttpContext.Response.Headers.ETag = EntityTag.Of(changed.Item!);
        await JsonAnswer.SendAsync(HttpContext, 200, document);
    }

    protected abstract ItemChange Read(RequestBody body);

    /// <summary>What the answer says beside the item.</summary>
    protected virtual void AddTo(JsonObject document, ItemKind kind)
    {
    }
}
