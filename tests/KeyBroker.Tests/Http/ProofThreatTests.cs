using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>TOK-6: a proof works once, whatever came of it, also after a restart, and also where another broker took it first.</summary>
public sealed class ProofThreatTests : IAsyncLifetime
{
    private RunningBroker _broker = null!;
    private SoftwareMachine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await RunningBroker.StartAsync();
        _machine = await SoftwareMachine.AttestedAsync(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        _machine.Dispose();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/v1/keys", null, 200)]
    [InlineData("GET", "/v1/keys?limit=0", null, 400)]
    [InlineData("GET", "/v1/secrets?limit=0", null, 400)]
    [InlineData("POST", "/v1/keys", """{"name":"web/once","type":"ec-p256"}""", 201)]
    [InlineData("POST", "/v1/keys", """{"name":"other/once","type":"ec-p256"}""", 403)]
    [InlineData("POST", "/v1/keys/web%2Fnone/sign", """{"alg":"ES256","message":""}""", 404)]
    [InlineData("POST", "/v1/keys/web%2Fnone/sign", "{", 400)]
    public async Task It_is_spent_with_the_record_of_what_it_was_shown_for(string method, string path, string? body, int status)
    {
        var proof = _machine.MakeProof(method, _broker.Origin + path);
        Assert.Equal(status, (await ShowAsync(proof, method, path, body)).Status);
        Assert.Equal(1, new BrokerStore(_broker).Count($"proofs WHERE id = x'{Id(proof)}'"));

        (await ShowAsync(proof, method, path, body)).IsRefused(401, "proof-invalid");
        await _broker.RestartAsync();
        (await ShowAsync(proof, method, path, body)).IsRefused(401, "proof-invalid");
    }

    [Theory]
    [InlineData("first", 409)]
    [InlineData("not one word", 400)]
    public async Task It_is_spent_also_where_the_Idempotency_Key_is_refused(string key, int status)
    {
        const string Path = "/v1/keys";
        await _machine.CallAsync("POST", Path, """{"name":"web/first","type":"ec-p256"}""", request => request.Headers.Add("Idempotency-Key", "first"));
        var proof = _machine.MakeProof("POST", _broker.Origin + Path);
        var answer = await _machine.CallAsync("POST", Path, """{"name":"web/other","type":"ec-p256"}""", request =>
        {
            request.Headers.Add("Idempotency-Key", key);
            request.Headers.Remove("DPoP");
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        });
        Assert.Equal(status, answer.Status);
        Assert.Equal(1, new BrokerStore(_broker).Count($"proofs WHERE id = x'{Id(proof)}'"));
    }

    [Fact]
    public async Task Where_another_broker_took_it_meanwhile_nothing_is_made()
    {
        var proof = _machine.MakeProof("POST", _broker.Origin + "/v1/keys");
        new BrokerStore(_broker).Execute($"INSERT INTO proofs (id, expires_at) VALUES (x'{Id(proof)}', {Expiry(proof)})");
        var rows = new BrokerStore(_broker).Rows();
        (await ShowAsync(proof, "POST", "/v1/keys", """{"name":"web/late","type":"ec-p256"}""")).IsRefused(401, "proof-invalid");
        Assert.Equal(rows, new BrokerStore(_broker).Rows());
        (await _machine.CallAsync("POST", "/v1/keys/web%2Flate/sign", """{"alg":"ES256","message":""}""")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task Of_many_who_show_it_at_once_one_is_answered()
    {
        var proof = _machine.MakeProof("POST", _broker.Origin + "/v1/keys");
        var shown = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            each => ShowAsync(proof, "POST", "/v1/keys", $$"""{"name":"web/at-once-{{each}}","type":"ec-p256"}""")));
        Assert.Single(shown, answer => answer.Status == 201);
        Assert.Equal(15, shown.Count(answer => answer.Status == 401));
    }

    private Task<Answer> ShowAsync(string proof, string method, string path, string? body) => _machine.CallAsync(
        method, path, body, request =>
        {
            request.Headers.Remove("DPoP");
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        });

    // Sixty seconds after it was made, and five to spare.
    private static long Expiry(string proof) => (Claims(proof).GetProperty("iat").GetInt64() + 65) * 1000;

    private static JsonElement Claims(string proof) => JsonDocument.Parse(Base64Url.Decode(proof.Split('.')[1])).RootElement;

    private string Id(string proof)
    {
        var thumbprint = PublicJwk.Parse(SoftwareMachine.Jwk(_machine.Proof).ToJsonString()).Thumbprint;
        return Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint} {Claims(proof).GetProperty("jti").GetString()}")));
    }
}
