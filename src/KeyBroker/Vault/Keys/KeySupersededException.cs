using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>A use ran into a rotation: another version is the primary one by now. Whoever asked for the use begins it anew.</summary>
internal sealed class KeySupersededException(DeniedException refusal) : DeniedException(refusal.Code, refusal.Reasons, refusal.Message)
{
    /// <summary>What it is refused with where it is not begun anew.</summary>
    public DeniedException Refusal { get; } = refusal;
}
