using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyPCR (TPM 2.0 Part 3, 23.7).</summary>
internal sealed record PcrStep : PolicyStep
{
    private readonly IReadOnlyCollection<PcrSelection> _selection;
    private readonly IReadOnlyList<byte[]> _values;

    /// <exception cref="ArgumentException">Not one value for each register, as wide as its bank: nothing would ever satisfy that.</exception>
    public PcrStep(IReadOnlyCollection<PcrSelection> selection, IReadOnlyList<byte[]> values)
    {
        var sizes = selection.SelectMany(bank => Enumerable.Repeat(HashAlgorithms.Size(bank.Bank), bank.Count));
        if (!sizes.SequenceEqual(values.Select(value => value.Length)))
        {
            throw new ArgumentException("not one value for each selected register, as wide as its bank", nameof(values));
        }

        (_selection, _values) = ([.. selection], [.. values]);
    }

    internal override PolicyDigest Extend(PolicyDigest before) => before.Pcr(_selection, _values);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        PolicyDigest.PcrDigest(before.Hash, _values).AsSpan()
            .SequenceEqual(PolicyDigest.PcrDigest(before.Hash, PcrRead.All(session.Tpm, _selection)));

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.Pcr(_selection, PolicyDigest.PcrDigest(before.Hash, _values));
}
