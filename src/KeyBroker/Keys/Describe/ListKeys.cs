using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>List the keys that the caller may read.</summary>
internal sealed record ListKeys(Caller Caller, Page Page) : IRequest<Outcome<JsonObject>>, IAudited, ICalled
{
    public AuditSubject Audit => Caller.Audit("key.list") with { Resource = "keys" };
}
