using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A caller without a TPM here: a verifier signs what it asks, and it brings that to the broker.</summary>
public sealed class PassportCaller(RunningBroker broker, FakeVerifier verifier) : IDisposable
{
    private readonly SoftwareMachine _machine = new(broker);

    /// <summary>Makes the claims of the result out of the runtime data.</summary>
    public Func<byte[], JsonObject> Claims { get; init; } = runtime => ResultClaims.Ear(runtime);

    /// <summary>An encryption key, or none.</summary>
    public JsonObject? Enc { get; init; }

    /// <summary>Attests with a good passport, changed as asked before it is signed, or after.</summary>
    public async Task<Answer> AttestAsync(
        Action<JsonObject>? edit = null, Action<JsonObject>? editHeader = null, Func<string, string>? editToken = null, byte[]? nonce = null)
    {
        var runtime = ResultClaims.Runtime(nonce ?? await ChallengeAsync(), SoftwareMachine.Jwk(_machine.Proof), Enc?.DeepClone().AsObject());
        var claims = Claims(runtime);
        edit?.Invoke(claims);
        var token = verifier.Key.Sign(claims, editHeader);
        return await SendAsync(new JsonObject { ["runtimeData"] = Base64Url.Encode(runtime), ["result"] = editToken?.Invoke(token) ?? token });
    }

    /// <summary>What any request to attest is; a token that comes of it is kept.</summary>
    public async Task<Answer> SendAsync(JsonObject body)
    {
        var answer = await _machine.PostAsync("/v1/attestations", body.ToJsonString());
        if (answer.Status == 200)
        {
            _machine.Token = answer.Json["token"]!.GetValue<string>();
        }

        return answer;
    }

    public async Task AttestedAsync()
    {
        var answer = await AttestAsync();
        Assert.True(answer.Status == 200, answer.Text);
    }

    /// <summary>Whom the token is of.</summary>
    public string Id => Testing.CompactJws.Parse(_machine.Token) is var token
        ? JsonNode.Parse(token.Payload)!["sub"]!.GetValue<string>()
        : "";

    public Task<byte[]> ChallengeAsync() => _machine.ChallengeAsync();

    public JsonObject Jwk() => SoftwareMachine.Jwk(_machine.Proof);

    public string Token => _machine.Token;

    public TimeSpan Ahead
    {
        set => _machine.Ahead = value;
    }

    public Task<Answer> CallAsync(string method, string path, string? body = null) => _machine.CallAsync(method, path, body);

    public void Dispose() => _machine.Dispose();
}
