using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>What the gate and the terms of grants demand of the moment in which something becomes real.</summary>
internal sealed class GrantSettlement(GrantCounts counts, MachineQuotas quotas, SecretVault secrets, StandingAccess standing)
{
    /// <exception cref="DeniedException">operation-denied: there is no room for what would be made, or it was made as often as it may be.</exception>
    public void Foresee(Admission admission)
    {
        if (!admission.IsLeft)
        {
            throw Admission.UsedUp(admission.Verb);
        }

        quotas.Check(admission);
    }

    /// <summary>USE-8. What was admitted before it waited is admitted still.</summary>
    /// <exception cref="DeniedException">What the gate would say now; operation-denied: others were faster.</exception>
    public void Settle(WriteTransaction transaction, Caller caller, IReadOnlyList<Approval> approvals)
    {
        foreach (var approval in standing.Require(transaction, caller, approvals))
        {
            RequireOwn(transaction, approval);
            quotas.Check(transaction, approval);
            if (!counts.Take(transaction, approval))
            {
                throw Admission.UsedUp(approval.Verb);
            }
        }
    }

    // POL-57. Two may seal what was not there when they asked; it belongs to whoever came first.
    private void RequireOwn(WriteTransaction transaction, Approval approval)
    {
        if (approval.Verb == Verb.Seal && approval.Grants.All(granted => !granted.Terms.Makers.IsEmpty)
            && secrets.CreatorOf(transaction, approval.ResourceName) is { } creator
            && !approval.Grants.Any(granted => granted.Terms.IsAboutWhatWasMadeBy(creator, approval.Machine)))
        {
            throw Admission.NotGranted(approval.Verb);
        }
    }
}
