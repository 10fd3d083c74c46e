using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>VER-15 to VER-18. That a result is about this runtime data: our nonce and the caller's keys, and nobody else's.</summary>
internal sealed class ResultBinding(ResultProfile profile, JsonElement claims, RuntimeData runtime)
{
    /// <exception cref="ResultException">Anything in the runtime data is not bound.</exception>
    public void Check()
    {
        var covered = profile.Runtime is { } whole ? CoversAll(whole) : CoversNonce(profile.Nonce!);
        if (!covered || profile.AlwaysKey)
        {
            Require(profile.Key is { } path && Find(path) is { } key && BoundKey.Is(key, runtime.Cnf), "it is not about this proof key", profile.Key);
        }

        if (!covered)
        {
            RequireRest();
        }
    }

    // What the nonce and the key do not cover could have been put beside them by anybody.
    private void RequireRest()
    {
        Require(
            runtime.Enc is not { } enc || (profile.Enc is { } path && Find(path) is { } key && BoundKey.Is(key, enc)),
            "it is not about this enc key", profile.Enc);
        Require(runtime.Request is null, "it does not cover req: the nonce has to be the digest of the runtime data", profile.Nonce);
    }

    /// <summary>The runtime data as it is, as JSON, or its digest.</summary>
    private bool CoversAll(ClaimPath path)
    {
        var isSame = Find(path) switch
        {
            { ValueKind: JsonValueKind.Object } json => JsonElement.DeepEquals(json, StrictJson.Parse(runtime.Bytes)),
            { ValueKind: JsonValueKind.String } text => BoundText.Is(text.GetString()!, runtime.Bytes) || BoundText.IsDigestOf(text.GetString()!, runtime.Bytes),
            _ => false,
        };
        Require(isSame, "it is not about this runtimeData", path);
        return true;
    }

    /// <summary>True where the nonce is the digest of the runtime data, which has ours in it.</summary>
    private bool CoversNonce(ClaimPath path)
    {
        var text = Find(path) switch
        {
            { ValueKind: JsonValueKind.String } one => one.GetString()!,
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String => list[0].GetString()!,
            _ => throw new ResultException("it has no nonce, or not one", path.Text),
        };
        if (BoundText.IsDigestOf(text, runtime.Bytes))
        {
            return true;
        }

        Require(BoundText.Is(text, runtime.Nonce), "its nonce is another", path);
        return false;
    }

    private JsonElement? Find(ClaimPath path) => path.Find(claims);

    private static void Require(bool holds, string message, ClaimPath? path)
    {
        if (!holds)
        {
            throw new ResultException(message, path?.Text ?? "cnf");
        }
    }
}
