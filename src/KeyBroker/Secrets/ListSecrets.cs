using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Secrets;

/// <summary>List the secrets that the caller may read.</summary>
internal sealed record ListSecrets(Caller Caller, Page Page) : IRequest<Outcome<JsonObject>>, IAudited, ICalled
{
    public AuditSubject Audit => Caller.Audit("secret.list") with { Resource = "secrets" };
}
