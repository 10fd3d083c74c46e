using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KeyBroker.Receipts;

/// <summary>
/// Accepts the tokens this broker issued, and nothing else: one type, one algorithm, its own keys, no leeway. What it found
/// of the very bytes of a token it finds again without looking; whether the token is valid now it looks at each time.
/// </summary>
/// <param name="find">The token key of a <c>kid</c>, or null.</param>
internal sealed class TokenVerifier(Func<string, SigningKey?> find, string issuer, TimeProvider clock) : IDisposable
{
    private const int LongestToken = 16 * 1024;
    private const int Capacity = 10_000;
    private static readonly string[] s_forbidden = ["jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc"];

    private readonly JsonWebTokenHandler _handler = new()
    {
        MapInboundClaims = false,
        MaximumTokenSizeInBytes = LongestToken,
    };

    private readonly MemoryCache _verified = new(new MemoryCacheOptions { SizeLimit = Capacity });

    /// <exception cref="DeniedException">token-invalid or token-expired.</exception>
    public TokenClaims Verify(string compact)
    {
        try
        {
            var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(compact)));
            var known = _verified.Get<VerifiedToken>(id);
            var token = known ?? VerifyParts(compact);
            RequireCurrent(token);
            if (known is null)
            {
                _verified.Set(id, token, new MemoryCacheEntryOptions { Size = 1 });
            }

            return token.Claims;
        }
        catch (DeniedException malformed) when (malformed.Code == ProblemCodes.RequestMalformed)
        {
            throw Invalid();
        }
    }

    public void Dispose() => _verified.Dispose();

    private static DeniedException Invalid() => new(ProblemCodes.TokenInvalid, "the token is not one of this broker's");

    private VerifiedToken VerifyParts(string compact)
    {
        // TOK-1, TOK-2. Before any key is used: three canonical parts, one algorithm, one type, a known key.
        var parts = compact.Length <= LongestToken ? compact.Split('.') : [];
        if (parts.Length != 3)
        {
            throw Invalid();
        }

        var header = StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(parts[0])));
        var payload = StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(parts[1])));
        _ = Base64Url.Decode(parts[2]);
        if (s_forbidden.Any(header.Has)
            || header.Text("alg") != SecurityAlgorithms.EcdsaSha256
            || header.Text("typ") != TokenIssuer.Type
            || find(header.Text("kid")) is not { } key)
        {
            throw Invalid();
        }

        Validate(compact, key);
        RequireExact(payload);
        var cnf = StrictJson.OpenObject(payload.Required("cnf"));
        var claims = new TokenClaims(payload.Text("sub"), payload.Text("jti"), cnf.Text("jkt"));
        var notBefore = payload.Has("nbf") ? Milliseconds(payload, "nbf") : decimal.MinValue;
        return new VerifiedToken(claims, key.Kid, notBefore, Milliseconds(payload, "exp"));
    }

    // TOK-3. Every default of the library is closed; the lifetime is checked after, to tell expired from invalid.
    private void Validate(string compact, SigningKey key)
    {
        var result = _handler.ValidateTokenAsync(compact, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [TokenIssuer.Type],
            ValidateIssuer = true,
            ValidIssuer = issuer,
            ValidateAudience = true,
            ValidAudience = issuer,
            RequireAudience = true,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKey = key.SecurityKey,
            ValidateIssuerSigningKey = true,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateLifetime = false,
            ClockSkew = TimeSpan.Zero,
        });

        // The library validates without waiting for anything when the key is given.
        if (!result.IsCompletedSuccessfully || !result.Result.IsValid)
        {
            throw Invalid();
        }
    }

    // TOK-3. The library also takes a list of audiences; this broker never writes one.
    private void RequireExact(StrictObject payload)
    {
        if (payload.Text("iss") != issuer || payload.Text("aud") != issuer)
        {
            throw Invalid();
        }
    }

    private void RequireCurrent(VerifiedToken token)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (now < token.NotBefore || find(token.Kid) is null)
        {
            throw Invalid();
        }

        if (now >= token.Expires)
        {
            throw new DeniedException(ProblemCodes.TokenExpired, "the token ended: attest again");
        }
    }

    private static decimal Milliseconds(StrictObject payload, string claim) =>
        payload.Required(claim) is { ValueKind: JsonValueKind.Number } time && time.TryGetInt64(out var seconds)
            ? seconds * 1000m
            : throw Invalid();

    /// <summary>What cannot change about a token: its claims, its key, and its time in milliseconds.</summary>
    private sealed record VerifiedToken(TokenClaims Claims, string Kid, decimal NotBefore, decimal Expires);
}
