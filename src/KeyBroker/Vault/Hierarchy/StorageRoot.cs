using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>The storage root key: the one that is there, if it is a proper one, or a new one at a free handle.</summary>
internal static class StorageRoot
{
    private const uint FirstHandle = 0x81000001;
    private const uint LastHandle = 0x8100000F;

    private const ObjectAttributes Required = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent
        | ObjectAttributes.SensitiveDataOrigin | ObjectAttributes.UserWithAuth | ObjectAttributes.Restricted
        | ObjectAttributes.Decrypt
        | ObjectAttributes.NoDa; // TPM-22: under the protection, a neighbour's wrong passwords would lock the broker out.

    public static PinnedKey FindOrMake(TpmSessionScope scope)
    {
        for (var value = FirstHandle; value <= LastHandle; value++)
        {
            var handle = new TpmHandle(value);
            if (scope.ReadPersistent(handle) is not { } found)
            {
                return new PinnedKey(handle, scope.MakePersistent(Templates.StorageRootKeyEcc, handle));
            }

            if (IsProper(found.Area, found.QualifiedName))
            {
                return new PinnedKey(handle, found.Area);
            }
        }

        throw new TpmUnavailableException(
            "no proper storage root key and no free handle from 0x81000001: free one with tpm2_evictcontrol");
    }

    /// <summary>A storage key that is a primary of the owner hierarchy: its qualified name says so (Part 1, 16).</summary>
    public static bool IsProper(TpmPublic area, TpmName qualifiedName) =>
        area.Attributes.HasFlag(Required)
        && !area.Attributes.HasFlag(ObjectAttributes.Sign)
        && area.AuthPolicy.IsEmpty
        && HashAlgorithms.IsKnown(area.NameAlgorithm) && area.NameAlgorithm != TpmAlgorithm.Sha1
        && IsStrong(area.Parameters)
        && qualifiedName == TpmName.OfPublic(
            area.NameAlgorithm, [.. TpmName.OfHandle(TpmHandle.Owner).Bytes.Span, .. area.Name.Bytes.Span]);

    private static bool IsStrong(PublicParameters parameters) => parameters switch
    {
        RsaPublicParameters rsa => rsa.KeyBits >= 2048 && IsAes(rsa.Symmetric),
        EccPublicParameters ecc => ecc.Curve is TpmEccCurve.NistP256 or TpmEccCurve.NistP384 && IsAes(ecc.Symmetric),
        _ => false,
    };

    private static bool IsAes(SymmetricDefinition symmetric) =>
        symmetric.Algorithm == TpmAlgorithm.Aes && symmetric.Mode == TpmAlgorithm.Cfb;
}
