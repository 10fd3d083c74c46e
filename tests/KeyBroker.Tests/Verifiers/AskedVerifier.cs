using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A broker that asks one verifier about its machines, and a machine that it knows.</summary>
public sealed class AskedVerifier : IAsyncDisposable
{
    private const string Name = "asked";

    private AskedVerifier(FakeVerifier verifier, RunningBroker broker, SoftwareMachine machine) =>
        (Verifier, Broker, Machine) = (verifier, broker, machine);

    public FakeVerifier Verifier { get; }

    public RunningBroker Broker { get; }

    public SoftwareMachine Machine { get; }

    public static async Task<AskedVerifier> StartAsync(string api = "post", TimeProvider? clock = null, params string[] settings)
    {
        var verifier = new FakeVerifier();
        var broker = await RunningBroker.StartAsync(clock ?? TimeProvider.System, verifier.BackgroundSettings(Name, api, settings));
        await VerifyingBroker.AllowAsync(
            broker, "asked", "labels: { role: asked }, trust: [approved]", $"[ {{ verifier: {Name}, status: affirming }} ]",
            $"pcrs: {{ require: [ {{ pcr: 7, anyOf: [ {{ value: \"{SoftwareMachine.GoodRegister}\", label: good }} ] }} ] }}");
        return new AskedVerifier(verifier, broker, await SoftwareMachine.ActiveAsync(broker, "asked"));
    }

    /// <summary>Answers every POST of evidence with a result about it, changed as asked.</summary>
    public void Affirm(Action<JsonObject>? edit = null, Action<JsonObject>? editHeader = null, VerifierKeyPair? key = null) =>
        Verifier.On($"/{Name}", "POST", Response.Create()
            .WithStatusCode(200).WithHeader("Content-Type", "application/eat+jwt")
            .WithBody(request => Result(RuntimeOf(request.Body), edit, editHeader, key)));

    public string Result(byte[] runtime, Action<JsonObject>? edit = null, Action<JsonObject>? editHeader = null, VerifierKeyPair? key = null)
    {
        var claims = ResultClaims.Ear(runtime);
        edit?.Invoke(claims);
        return (key ?? Verifier.Key).Sign(claims, editHeader);
    }

    public Task<Answer> AttestAsync(Func<EvidenceBuilder, EvidenceBuilder>? change = null) => Machine.AttestAsync(change);

    internal Polly.CircuitBreaker.CircuitState? Circuit =>
        Assert.Single(Broker.Application.Services.GetRequiredService<KeyBroker.Verifiers.RemoteVerifiers>().All).Circuit;

    public int Asked => Verifier.Requests($"/{Name}");

    public async Task AllowedAsync()
    {
        var answer = await AttestAsync();
        Assert.True(answer.Status == 200, answer.Text);
    }

    public static byte[] RuntimeOf(string? body) => Base64Url.Decode(JsonNode.Parse(body!)!["runtimeData"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        Machine.Dispose();
        await Broker.DisposeAsync();
        Verifier.Dispose();
    }
}
