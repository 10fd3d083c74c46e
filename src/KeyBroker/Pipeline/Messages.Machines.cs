using KeyBroker.Administration;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;

namespace KeyBroker.Pipeline;

/// <summary>The messages about machines.</summary>
internal static partial class Messages
{
    private static void AddMachineMessages(IServiceCollection services)
    {
        AddHandler<EnrollMachine, OpenedEnrollment, EnrollMachineHandler>(services);
        AddHandler<ActivateEnrollment, Activation, ActivateEnrollmentHandler>(services);
        AddHandler<AttestMachine, IssuedToken, AttestMachineHandler>(services);
        AddHandler<AttestByResult, IssuedToken, AttestByResultHandler>(services);
        AddHandler<ChangeMachine, Activation, ChangeMachineHandler>(services);
    }
}
