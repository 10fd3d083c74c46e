namespace KeyBroker.Tpm.Sessions;

/// <summary>An entity whose authorization value enters a session's key (TPM 2.0 Part 1, 19.6.10).</summary>
public sealed class BoundEntity(TpmObject target, ReadOnlyMemory<byte> authValue)
{
    public TpmObject Object { get; } = target;

    internal ReadOnlyMemory<byte> AuthValue { get; } = authValue[..authValue.Span.TrimEnd((byte)0).Length];

    /// <summary>Whether a session bound to this entity proves the value by its key alone: not once it has changed.</summary>
    internal bool Covers(TpmObject? target, ReadOnlySpan<byte> authValue) =>
        target?.Name == Object.Name && authValue.SequenceEqual(AuthValue.Span);
}
