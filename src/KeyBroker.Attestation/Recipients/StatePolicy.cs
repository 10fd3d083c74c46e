using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Recipients;

/// <summary>An attested state as a TPM policy: it holds while every register that was attested has its attested value.</summary>
public sealed class StatePolicy
{
    private StatePolicy(IReadOnlyList<PcrSelection> selection, byte[] digest) => (Selection, Digest) = (selection, digest);

    /// <summary>The attested registers: banks by algorithm number, registers ascending, SHA-1 left out.</summary>
    public IReadOnlyList<PcrSelection> Selection { get; }

    /// <summary>The policy digest with SHA-256.</summary>
    public byte[] Digest { get; }

    /// <exception cref="DeniedException">operation-unsupported: nothing was attested that a state can be told by.</exception>
    public static StatePolicy Of(MeasuredState measured)
    {
        // CER-4. A policy without registers would hold in every state.
        if (measured.Pcrs.Count == 0)
        {
            throw new DeniedException(
                ProblemCodes.OperationUnsupported, "only SHA-1 registers were attested: attest with registers of another bank");
        }

        var banks = measured.Pcrs.Keys.GroupBy(register => register.Bank, register => register.Pcr).OrderBy(bank => bank.Key);
        PcrSelection[] selection = [.. banks.Select(bank => new PcrSelection(bank.Key, [.. bank]))];
        var values = selection.SelectMany(bank => bank.Indices.Select(index => measured.Pcrs[(bank.Bank, index)]));
        return new StatePolicy(selection, PolicyDigest.Start(TpmAlgorithm.Sha256).Pcr(selection, values).Value);
    }
}
