using System.Text.Json;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>VER-14. When a result was made and until when it counts.</summary>
internal sealed record ResultTimes(DateTimeOffset IssuedAt, DateTimeOffset ValidUntil)
{
    private const long Latest = 253402300799; // The last second of the year 9999.

    /// <exception cref="ResultException">It is of the future, over, too old, or does not say.</exception>
    public static ResultTimes Check(StrictObject payload, VerifierSettings settings, DateTimeOffset now)
    {
        var (issued, notBefore, expires) = (Time(payload, "iat"), Time(payload, "nbf"), Time(payload, "exp"));
        var (early, late) = (now + settings.Leeway, now - settings.Leeway);
        Require(issued is not null, "it does not say when it was made", "iat");
        Require(expires is not null || settings.Profile.MayLackExpiry, "it does not say when it ends", "exp");
        Require(issued <= early, "it was made in the future", "iat");
        Require(!(notBefore > early), "it does not count yet", "nbf");
        Require(!(late >= expires), "it has expired", "exp");
        Require(!(expires <= issued), "it ended before it began", "exp");
        var oldest = issued!.Value + settings.MaxAge;
        Require(late < oldest, "it is too old", "iat");
        var end = expires is { } stated && stated < oldest ? stated : oldest;
        return new ResultTimes(issued.Value, end + settings.Leeway);
    }

    private static DateTimeOffset? Time(StrictObject payload, string claim) => payload.Optional(claim) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var seconds) && seconds is >= 0 and <= Latest
            => DateTimeOffset.FromUnixTimeSeconds(seconds),
        _ => throw new ResultException("not a time in whole seconds", claim),
    };

    private static void Require(bool holds, string message, string claim)
    {
        if (!holds)
        {
            throw new ResultException(message, claim);
        }
    }
}
