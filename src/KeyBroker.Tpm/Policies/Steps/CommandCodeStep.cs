using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyCommandCode (TPM 2.0 Part 3, 23.11).</summary>
internal sealed record CommandCodeStep(TpmCommandCode Command) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.CommandCode((uint)Command);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.Command is null || means.Command == Command;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.CommandCode(Command);
}
