using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Duplication;

/// <summary>A duplicate's inner encryption, whose key travels another way than the duplicate (TPM 2.0 Part 1, 23.3).</summary>
/// <param name="Key">Empty for one that the duplicating TPM chooses.</param>
public sealed record InnerWrapper(SymmetricDefinition Symmetric, ReadOnlyMemory<byte> Key = default)
{
    /// <summary>None, for a duplicate that its new parent alone protects.</summary>
    public static readonly InnerWrapper None = new(SymmetricDefinition.Null);

    public override string ToString() => nameof(InnerWrapper);
}
