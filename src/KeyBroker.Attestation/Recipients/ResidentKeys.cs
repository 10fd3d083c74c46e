using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Recipients;

/// <summary>Which of the keys that a quote binds live in the TPM that quoted, by their names; null for one that may be software.</summary>
public sealed record ResidentKeys(TpmName? Enc, TpmName? Cnf)
{
    public static readonly ResidentKeys None = new(null, null);

    public bool IsEmpty => Enc is null && Cnf is null;
}
