using System.Text.Json.Nodes;
using KeyBroker.Idempotency;
using KeyBroker.Pipeline;

namespace KeyBroker.Administration;

/// <summary>An administrator's act that makes something: once for one Idempotency-Key of one user, as for machines (PRO-9).</summary>
internal abstract class OnceEndpoint(FirstAnswers first) : AdminEndpoint
{
    /// <param name="subject">What and of what; with the peer it is the route on which the key counts.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="digest">Of the body as sent.</param>
    /// <param name="act">Makes it happen, and gives what <see cref="ItemAnswer.Kept"/> gives.</param>
    protected Task AnswerOnceAsync(AuditSubject subject, int status, byte[] digest, Func<Once?, Task<JsonObject>> act) => first.AnswerAsync(
        new OnceRequest(
            () => IdempotencyKey.Of(HttpContext.Request, Peer.Name, RouteOf(subject), digest),
            subject,
            status,
            (code, kept) => ItemAnswer.SendKeptAsync(HttpContext, code, kept)),
        act);

    // The name of a new key is in the body, so it is no part of the route.
    private static string RouteOf(AuditSubject subject) =>
        subject.Operation.EndsWith(".create", StringComparison.Ordinal) ? $"admin {subject.Operation}" : $"admin {subject.Operation} {subject.Resource}";
}
