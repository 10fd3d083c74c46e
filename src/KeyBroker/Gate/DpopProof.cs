using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Gate;

/// <summary>A DPoP proof (RFC 9449) that is well formed, signed by the key it carries, and of this very request.</summary>
internal sealed class DpopProof
{
    private const int MaxLength = 8 * 1024;
    private const int MaxJtiLength = 256;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    /// <summary>From the first instant at which a proof can be shown to the last.</summary>
    public static TimeSpan LongestUse { get; } = (2 * s_window) + TimeSpan.FromSeconds(1);

    private DpopProof(ProofKey key, string jti, DateTimeOffset issuedAt) => (Key, Jti, IssuedAt) = (key, jti, issuedAt);

    public ProofKey Key { get; }

    public string Jti { get; }

    public DateTimeOffset IssuedAt { get; }

    /// <summary>No instant after this one accepts the proof.</summary>
    public DateTimeOffset UsableUntil => IssuedAt + s_window;

    /// <summary>What tells this proof from every other: the key too, so that nobody can use up another's <c>jti</c>.</summary>
    public byte[] Id => SHA256.HashData(Encoding.UTF8.GetBytes($"{Key.Thumbprint} {Jti}"));

    /// <exception cref="DeniedException">proof-invalid, whatever is wrong.</exception>
    public static DpopProof Check(string compact, ProofContext request, ProofKeys keys)
    {
        try
        {
            return Parse(compact, request, keys);
        }
        catch (DeniedException malformed) when (malformed.Code == ProblemCodes.RequestMalformed)
        {
            throw Invalid("the proof is malformed");
        }
    }

    public static DeniedException Invalid(string message) => new(ProblemCodes.ProofInvalid, message);

    public static DeniedException Reused() => Invalid("the proof was used before");

    /// <exception cref="DeniedException">proof-invalid.</exception>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw Invalid(message);
        }
    }

    private static DpopProof Parse(string compact, ProofContext request, ProofKeys keys)
    {
        var parts = compact.Split('.');
        Require(compact.Length <= MaxLength && parts.Length == 3, "not a compact JWS");
        var key = keys.Of(parts[0]);
        Require(
            key.Verifies(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.Decode(parts[2])),
            "the signature does not verify");
        Require(key.Thumbprint == request.CnfThumbprint, "the proof is by another key than the token's");
        keys.Keep(parts[0], key);
        var claims = StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(parts[1])));
        CheckRequest(claims, request);
        var jti = claims.Text("jti");
        Require(jti.Length is > 0 and <= MaxJtiLength, "jti is empty or too long");
        return new DpopProof(key, jti, CheckTime(claims, request.Now));
    }

    // RFC 9449, 4.3, points 8, 9 and 12; query and fragment do not count.
    private static void CheckRequest(StrictObject claims, ProofContext request)
    {
        Require(claims.Text("htm") == request.Method, "htm is another method");
        Require(claims.Text("htu").Split('?', '#')[0] == request.Target, "htu is another target");
        var expected = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(request.Token)));
        Require(
            CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(claims.Text("ath")), Encoding.UTF8.GetBytes(expected)),
            "ath is of another token");
    }

    private static DateTimeOffset CheckTime(StrictObject claims, DateTimeOffset now)
    {
        var iat = claims.Required("iat");
        Require(iat.ValueKind == JsonValueKind.Number, "iat is not a number");
        Require(iat.TryGetInt64(out var seconds), "iat is not a whole number of seconds");
        Require(Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) <= (decimal)s_window.TotalSeconds, "iat is not within 60 s");
        return DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
