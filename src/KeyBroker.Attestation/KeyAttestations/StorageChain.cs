using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>Storage keys from a primary of the owner hierarchy downwards, whose qualified names follow from each other (Part 1, 16).</summary>
internal sealed class StorageChain
{
    private const ObjectAttributes Storage = ObjectAttributes.Restricted | ObjectAttributes.Decrypt;

    private StorageChain(TpmName nearest) => Nearest = nearest;

    /// <summary>The qualified name of the key that objects are right under.</summary>
    public TpmName Nearest { get; }

    /// <param name="parents">The nearest first, the primary last.</param>
    /// <exception cref="KeyAttestationException">One of them is no storage key.</exception>
    public static StorageChain Check(IReadOnlyList<TpmPublic> parents)
    {
        var above = TpmName.OfHandle(TpmHandle.Owner);
        foreach (var parent in parents.Reverse())
        {
            KeyProof.Require(
                (parent.Attributes & (Storage | ObjectAttributes.Sign)) == Storage, "a parent is not a storage key");
            above = QualifiedName(above, parent);
        }

        return new StorageChain(above);
    }

    public static TpmName QualifiedName(TpmName above, TpmPublic area) =>
        TpmName.OfPublic(area.NameAlgorithm, [.. above.Bytes.Span, .. area.Name.Bytes.Span]);
}
