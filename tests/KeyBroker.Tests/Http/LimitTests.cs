using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>What is bounded by configuration: how much a source may ask, how long a token lasts, and who may listen in.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_source_that_asks_too_much_is_429_and_administrators_are_not()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:RateLimits:PerSecond=10", "--KeyBroker:RateLimits:InFlight=10");
        using var machine = new SoftwareMachine(broker);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => machine.PostAsync("/v1/challenges", "{}")));

        Assert.Contains(answers, answer => answer.Status == 201);
        var refused = answers.First(answer => answer.Status != 201);
        refused.IsRefused(429, "rate-limited");
        Assert.Contains("Retry-After: 1", refused.Headers, StringComparison.Ordinal);
        Assert.True(refused.Json["retryable"]!.GetValue<bool>());
        using var admin = await broker.Admin.GetAsync("/v1/admin/machines", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
    }

    [Fact]
    public async Task A_token_ends_without_leeway()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:TokenLifetime=2s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);

        // A token's seconds are whole, so it lives between one and two.
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-expired");
    }

    [Fact]
    public async Task A_token_that_ends_while_the_body_arrives_has_ended()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:TokenLifetime=2s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);

        var answer = await machine.CallAsync("POST", "/v1/keys", edit: request => request.Content = new SlowJson(
            """{"name":"web/slow","type":"ec-p256"}""", TimeSpan.FromSeconds(2.1)));

        answer.IsRefused(401, "token-expired");
    }

    [Fact]
    public async Task A_nonce_is_410_after_its_lifetime()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:ChallengeLifetime=1s");
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var nonce = await machine.ChallengeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);

        (await machine.AttestAsync(evidence => evidence with { Nonce = nonce })).IsRefused(410, "challenge-expired");
    }

    [Fact]
    public async Task Tls_serves_http_2_and_binds_proofs_to_its_origin()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("kb-").FullName, "broker.pfx");
        await File.WriteAllBytesAsync(file, Certificate(), TestContext.Current.CancellationToken);
        await using var broker = await RunningBroker.StartSecureAsync(file);
        using var machine = await SoftwareMachine.AttestedAsync(broker);

        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await broker.Tcp.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpVersion.Version20, answer.Version);
    }

    private static byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return certificate.Export(X509ContentType.Pkcs12);
    }

    /// <summary>A body whose last byte is sent late.</summary>
    private sealed class SlowJson : HttpContent
    {
        private readonly byte[] _json;
        private readonly TimeSpan _pause;

        public SlowJson(string json, TimeSpan pause)
        {
            (_json, _pause) = (System.Text.Encoding.UTF8.GetBytes(json), pause);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_json.AsMemory(0, _json.Length - 1));
            await stream.FlushAsync();
            await Task.Delay(_pause);
            await stream.WriteAsync(_json.AsMemory(_json.Length - 1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _json.Length;
            return true;
        }
    }
}
