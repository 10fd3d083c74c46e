using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>
/// USE-8. What waited for the TPM was let in by a machine and by policies that may have changed meanwhile: in the transaction that records
/// it the gate looks once more, and where neither changed that costs nothing.
/// </summary>
internal sealed class StandingAccess(GateRecords records, PoliciesInForce policies, GrantFacts facts, TimeProvider time)
{
    /// <returns>The approvals as they are by now.</returns>
    /// <exception cref="DeniedException">What the gate would say now.</exception>
    public IReadOnlyList<Approval> Require(WriteTransaction transaction, Caller caller, IReadOnlyList<Approval> approvals)
    {
        var set = policies.Current;
        var machine = records.FindAgain(transaction, caller.Enrolled)
            ?? throw new DeniedException(ProblemCodes.TokenInvalid, "the token is not known");
        if (ReferenceEquals(machine, caller.Enrolled) && (ReferenceEquals(set, caller.Policies) || set.Digest == caller.Policies.Digest))
        {
            return approvals;
        }

        var now = caller.Again(machine, set, time.GetUtcNow());
        return [.. approvals.Select(approval => approval.Again(now, facts))];
    }
}
