using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-10 to VER-18: one change of a good passport each is refused with its place, and the control right after is accepted.</summary>
public sealed class PassportTests(VerifyingBroker shared) : IClassFixture<VerifyingBroker>
{
    private static readonly JsonObject s_other = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);

    public static TheoryData<string, Action<JsonObject>, string> Claims => new()
    {
        { "another issuer", claims => claims["iss"] = "https://other.example", "iss" },
        { "an issuer with a slash", claims => claims["iss"] = FakeVerifier.Issuer + "/", "iss" },
        { "no issuer", claims => claims.Remove("iss"), "iss" },
        { "an issuer that is a number", claims => claims["iss"] = 1, "iss" },
        { "another audience", claims => claims["aud"] = "other", "aud" },
        { "two audiences", claims => claims["aud"] = new JsonArray(FakeVerifier.Audience, "other"), "aud" },
        { "no audience", claims => claims.Remove("aud"), "aud" },
        { "expired", claims => claims["exp"] = ResultClaims.Now() - 1, "exp" },
        { "expires now", claims => claims["exp"] = ResultClaims.Now(), "exp" },
        { "not yet valid", claims => claims["nbf"] = ResultClaims.Now() + 60, "nbf" },
        { "of the future", claims => claims["iat"] = ResultClaims.Now() + 60, "iat" },
        { "too old", claims => claims["iat"] = ResultClaims.Now() - 301, "iat" },
        { "no iat", claims => claims.Remove("iat"), "iat" },
        { "iat as text", claims => claims["iat"] = "1", "iat" },
        { "exp of part of a second", claims => claims["exp"] = 4e9 + 0.5, "exp" },
        { "exp without end", claims => claims["exp"] = long.MaxValue, "exp" },
        { "a negative exp", claims => claims["exp"] = -1, "exp" },
        { "another nonce", claims => claims["eat_nonce"] = Base64Url.Encode(new byte[32]), "eat_nonce" },
        { "no nonce", claims => claims.Remove("eat_nonce"), "eat_nonce" },
        { "two nonces", claims => claims["eat_nonce"] = new JsonArray(claims["eat_nonce"]!.DeepClone(), "x"), "eat_nonce" },
        { "a nonce with blanks", claims => claims["eat_nonce"] = claims["eat_nonce"]!.GetValue<string>() + " ", "eat_nonce" },
        { "another profile", claims => claims["eat_profile"] = "tag:github.com,2023:veraison/earthen", "eat_profile" },
        { "a longer profile", claims => claims["eat_profile"] = "tag:github.com,2023:veraison/ear#1", "eat_profile" },
        { "a list of profiles", claims => claims["eat_profile"] = new JsonArray(claims["eat_profile"]!.DeepClone()), "eat_profile" },
        { "the profile of the other names", claims => claims["eat_profile"] = "tag:ietf.org,2026:rats/ear#04", "eat_profile" },
        { "no profile", claims => claims.Remove("eat_profile"), "eat_profile" },
        { "no submodules", claims => claims["submods"] = new JsonObject(), "submods" },
        { "a submodule without status", claims => claims["submods"]!["b"] = new JsonObject(), "/submods/b/ear.status" },
        { "an unknown status", claims => claims["submods"]!["TPM"]!["ear.status"] = "great", "/submods/TPM/ear.status" },
        { "an unknown status of the whole", claims => claims["ear.status"] = 2, "ear.status" },
        { "nobody", claims => claims["sub"] = "", "sub" },
    };

    public static TheoryData<string, Action<JsonObject>, string> Headers => new()
    {
        { "another type", header => header["typ"] = "at+jwt", "typ" },
        { "no type", header => header.Remove("typ"), "typ" },
        { "no algorithm", header => header["alg"] = "none", "alg" },
        { "another algorithm", header => header["alg"] = "RS256", "alg" },
        { "another kid", header => header["kid"] = "other", "kid" },
        { "a kid that is a path", header => header["kid"] = "../../first", "kid" },
        { "a long kid", header => header["kid"] = new string('k', 10_000), "kid" },
        { "its own key", header => header["jwk"] = s_other.DeepClone(), "jwk" },
        { "its own key set", header => header["jku"] = "http://127.0.0.1:1/jwks", "jku" },
        { "its own certificate", header => header["x5c"] = new JsonArray("AA"), "x5c" },
        { "a certificate elsewhere", header => header["x5u"] = "http://127.0.0.1:1/cert", "x5u" },
        { "a critical member", header => header["crit"] = new JsonArray("b64"), "crit" },
    };

    [Theory, MemberData(nameof(Claims), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_one_changed_claim(string change, Action<JsonObject> edit, string path)
    {
        Assert.NotEmpty(change);
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);

        await RefusedAsync(caller.AttestAsync(edit), path);

        await caller.AttestedAsync();
    }

    [Theory, MemberData(nameof(Headers), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_one_changed_member_of_the_header(string change, Action<JsonObject> edit, string path)
    {
        Assert.NotEmpty(change);
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);

        await RefusedAsync(caller.AttestAsync(editHeader: edit), path);

        await caller.AttestedAsync();
    }

    /// <summary>G02: who is named in a header never hears of it.</summary>
    [Fact]
    public async Task Nobody_that_a_header_names_is_asked()
    {
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);
        using var canary = new TcpListener(IPAddress.Loopback, 0);
        canary.Start();
        var url = $"http://{canary.LocalEndpoint}/keys";
        foreach (var name in new[] { "jku", "x5u" })
        {
            await RefusedAsync(caller.AttestAsync(editHeader: header => header[name] = url), name);
        }

        await caller.AttestedAsync();
        Assert.False(canary.Pending());
    }

    [Fact]
    public async Task Refuses_another_key_and_a_symmetric_one()
    {
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var published = Encoding.UTF8.GetBytes(shared.Verifier.Key.Jwk().ToJsonString());

        await RefusedAsync(caller.AttestAsync(editToken: token => CompactJws.Parse(token).SignedBy(other)), "signature");
        await RefusedAsync(caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithHeader(h => h["alg"] = "HS256").SignedBy(published)), "alg");
        await RefusedAsync(caller.AttestAsync(editToken: token => CompactJws.Parse(token).WithPayload(p => p["sub"] = "other").ToString()), "signature");
        (await caller.AttestAsync(editToken: token => CompactJws.Parse(token).Unsigned())).IsRefused(403, "attestation-denied", "policy-result");

        await caller.AttestedAsync();
    }

    [Fact]
    public async Task Refuses_what_is_no_token_and_what_is_no_request()
    {
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);
        var half = Base64Url.Encode("""{"iss":"\ud800"}"""u8);
        foreach (var edit in new Func<string, string>[] { _ => "", token => $"{token.Split('.')[0]}.{half}.{token.Split('.')[2]}", _ => "a.b", token => token + ".x", token => token + "=", token => " " + token, _ => new string('a', 70_000) })
        {
            (await caller.AttestAsync(editToken: edit)).IsRefused(400, "request-malformed");
        }

        (await caller.SendAsync(new JsonObject { ["result"] = "a.b.c" })).IsRefused(400, "request-malformed");
        (await caller.SendAsync(new JsonObject { ["result"] = "a.b.c", ["runtimeData"] = "AA", ["pcrs"] = new JsonObject() })).IsRefused(400, "request-malformed");
        await caller.AttestedAsync();
    }

    [Fact]
    public async Task A_nonce_of_ours_works_once_and_another_never()
    {
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);
        var nonce = await caller.ChallengeAsync();
        Assert.Equal(200, (await caller.AttestAsync(nonce: nonce)).Status);
        (await caller.AttestAsync(nonce: nonce)).IsRefused(409, "challenge-used");
        (await caller.AttestAsync(nonce: RandomNumberGenerator.GetBytes(64))).IsRefused(403, "attestation-denied", "nonce-unknown");
    }

    [Fact]
    public async Task A_stolen_result_is_worth_nothing_with_other_runtime_data()
    {
        using var caller = new PassportCaller(shared.Broker, shared.Verifier);
        using var thief = new PassportCaller(shared.Broker, shared.Verifier);
        var nonce = await caller.ChallengeAsync();
        var token = shared.Verifier.Key.Sign(ResultClaims.Ear(ResultClaims.Runtime(nonce, caller.Jwk())));
        foreach (var runtime in new[]
        {
            ResultClaims.Runtime(nonce, thief.Jwk()), ResultClaims.Runtime(nonce, caller.Jwk(), s_other.DeepClone().AsObject()),
            ResultClaims.Runtime(await thief.ChallengeAsync(), caller.Jwk()),
        })
        {
            (await thief.SendAsync(new JsonObject { ["runtimeData"] = Base64Url.Encode(runtime), ["result"] = token }))
                .IsRefused(403, "attestation-denied", "policy-result");
        }

        var own = ResultClaims.Runtime(nonce, caller.Jwk());
        Assert.Equal(200, (await caller.SendAsync(new JsonObject { ["runtimeData"] = Base64Url.Encode(own), ["result"] = token })).Status);
    }

    private static async Task RefusedAsync(Task<Answer> asked, string path)
    {
        var answer = await asked;
        answer.IsRefused(403, "attestation-denied", "policy-result");
        Assert.Equal(path, answer.Json["reasons"]![0]!["path"]!.GetValue<string>());
    }
}
