using KeyBroker.Clients;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Introspections;

/// <summary>Says whether a token would be accepted now, to a relying party that may know.</summary>
internal sealed record IntrospectToken(AuthenticatedClient Client, string Token, string RequestId) : IRequest<Outcome<Introspection>>, IAudited
{
    public const string Operation = "token.introspect";

    public AuditSubject Audit => new(Operation) { Peer = Client.Name, RequestId = RequestId };
}
