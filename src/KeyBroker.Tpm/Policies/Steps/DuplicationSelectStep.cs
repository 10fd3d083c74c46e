using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyDuplicationSelect (TPM 2.0 Part 3, 23.15).</summary>
internal sealed record DuplicationSelectStep(TpmName NewParent, TpmName? NewObject) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.DuplicationSelect(NewParent, NewObject);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        (NewObject ?? means.Duplicated) is not null && means.Command is null or TpmCommandCode.Duplicate;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var name = NewObject ?? means.Duplicated
            ?? throw new PolicyNotSatisfiedException("the policy needs the name of the object to be duplicated");
        session.DuplicationSelect(name, NewParent, NewObject is not null);
    }
}
