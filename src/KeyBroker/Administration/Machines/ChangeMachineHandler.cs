using KeyBroker.Enrollments;
using KeyBroker.Pipeline;
using KeyBroker.Storage;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>Reads, changes and writes a machine in the one transaction that also records it.</summary>
internal sealed class ChangeMachineHandler(MachineRecords machines) : IRequestHandler<ChangeMachine, Outcome<Activation>>
{
    public Task<Outcome<Activation>> Handle(ChangeMachine message, CancellationToken cancellationToken)
    {
        var changed = new Activation();
        return Task.FromResult(new Outcome<Activation>(changed, transaction => changed.Machine = Apply(message, transaction)));
    }

    private Machine Apply(ChangeMachine message, WriteTransaction transaction)
    {
        var machine = message.Change(machines.Find(transaction, message.Id));
        if (machine.Status is MachineStatus.Active or MachineStatus.Registered)
        {
            Identity.RefuseTakenName(transaction.Connection, machine.Name, machine.Id, transaction.Transaction);
        }

        machines.Save(transaction, machine);
        return machine;
    }
}
