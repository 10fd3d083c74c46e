using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>The key hierarchy at rest: what the first start made, and every later one must find again.</summary>
internal sealed record HierarchyRecord
{
    public required TpmHandle SrkHandle { get; init; }

    public required TpmPublic SrkPublic { get; init; }

    public required SealedObject Local { get; init; }

    public required SealedObject Fleet { get; init; }

    public required SealedObject Root { get; init; }

    /// <summary>The fleet authority's public area, from which the fleet key's policy follows.</summary>
    public required TpmPublic Authority { get; init; }

    /// <summary>The fleet authority's PKCS#8, encrypted under the root.</summary>
    public required byte[] AuthorityPrivate { get; init; }

    /// <summary>The name of the broker's attestation key.</summary>
    public required byte[] AttestationKeyName { get; init; }

    public PinnedKey Srk => new(SrkHandle, SrkPublic);

    public byte[] Mac(RowMac macs) => macs.Compute("hierarchy", Fields());

    public void Check(RowMac macs, byte[] mac) => macs.Verify("hierarchy", mac, Fields());

    private object?[] Fields() =>
    [
        (long)SrkHandle.Value, SrkPublic.ToBytes(), Local.Public, Local.Private, Fleet.Public, Fleet.Private,
        Root.Public, Root.Private, Authority.ToBytes(), AuthorityPrivate, AttestationKeyName,
    ];
}
