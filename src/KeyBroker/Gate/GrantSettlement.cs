using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>What the terms of grants demand of the moment in which something becomes real.</summary>
internal sealed class GrantSettlement(GrantCounts counts, MachineQuotas quotas, SecretVault secrets)
{
    /// <exception cref="DeniedException">operation-denied: there is no room for what would be made.</exception>
    public void Foresee(Admission admission) => quotas.Check(admission);

    /// <exception cref="DeniedException">operation-denied: others were faster.</exception>
    public void Settle(WriteTransaction transaction, IEnumerable<Approval> approvals)
    {
        foreach (var approval in approvals)
        {
            RequireOwn(transaction, approval);
            quotas.Check(transaction, approval);
            if (!counts.Take(transaction, approval))
            {
                throw Admission.NotOnTheseTerms(approval.Verb, "it was used as often as it may be");
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
