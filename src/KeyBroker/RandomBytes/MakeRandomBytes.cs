using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.RandomBytes;

/// <summary>Make random bytes for a machine that some policy holds for.</summary>
/// <param name="Recipient">Whom they are encrypted to; null for nobody.</param>
internal sealed record MakeRandomBytes(Caller Caller, int Length, PublicJwk? Recipient)
    : IRequest<Outcome<JsonObject>>, IAudited, ICalled
{
    public const string Operation = "random";

    public AuditSubject Audit => Caller.Audit(Operation) with { Resource = Operation };
}
