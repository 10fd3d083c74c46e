using KeyBroker.Pipeline;
using MediatR;

namespace KeyBroker.Enrollments;

/// <summary>Opens an attempt to enrol.</summary>
internal sealed record EnrollMachine(EnrollmentRequest Request, string RequestId) : IRequest<Outcome<OpenedEnrollment>>, IAudited
{
    public AuditSubject Audit => new("machine.enroll") { Resource = $"machines/{Request.Name}", RequestId = RequestId };
}
