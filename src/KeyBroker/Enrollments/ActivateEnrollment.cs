using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>Answers an attempt with the secret of its credential.</summary>
internal sealed record ActivateEnrollment(string Id, byte[] Secret, string RequestId) : IRequest<Outcome<Activation>>, IAudited
{
    public AuditSubject Audit => new("machine.activate") { Resource = $"enrollments/{Id}", RequestId = RequestId };
}
