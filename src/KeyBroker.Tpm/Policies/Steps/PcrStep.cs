using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyPCR (TPM 2.0 Part 3, 23.7).</summary>
internal sealed record PcrStep(IReadOnlyCollection<PcrSelection> Selection, IReadOnlyList<byte[]> Values) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.Pcr(Selection, Values);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        PolicyDigest.PcrDigest(before.Hash, Values).AsSpan()
            .SequenceEqual(PolicyDigest.PcrDigest(before.Hash, Read(session.Tpm)));

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.Pcr(Selection, PolicyDigest.PcrDigest(before.Hash, Values));

    // A TPM returns eight values at once at most; one at a time it returns what it is asked for.
    private IEnumerable<byte[]> Read(Tpm tpm) =>
        from bank in Selection
        from index in bank.Indices
        from value in tpm.Execute(new PcrRead([PcrSelection.Of(bank.Bank, index)])).Values
        select value;
}
