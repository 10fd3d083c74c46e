using System.Collections.Frozen;

namespace KeyBroker.Attestation.Policies;

/// <summary>The verbs a grant can allow, per kind of resource.</summary>
public static class Verb
{
    public const string Create = "create";
    public const string Read = "read";
    public const string Sign = "sign";
    public const string Verify = "verify";
    public const string Encrypt = "encrypt";
    public const string Decrypt = "decrypt";
    public const string Mac = "mac";
    public const string MacVerify = "mac-verify";
    public const string Wrap = "wrap";
    public const string Unwrap = "unwrap";
    public const string DataKey = "data-key";
    public const string Agree = "agree";
    public const string Rewrap = "rewrap";
    public const string Release = "release";
    public const string Rotate = "rotate";
    public const string Seal = "seal";

    private static readonly FrozenSet<string> s_keys = FrozenSet.ToFrozenSet(
        [Create, Read, Sign, Verify, Encrypt, Decrypt, Mac, MacVerify, Wrap, Unwrap, DataKey, Agree, Rewrap, Release, Rotate],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_secrets = FrozenSet.ToFrozenSet(
        [Seal, Read, Release], StringComparer.Ordinal);

    public static IReadOnlySet<string> For(ResourceKind kind) => kind == ResourceKind.Key ? s_keys : s_secrets;
}
