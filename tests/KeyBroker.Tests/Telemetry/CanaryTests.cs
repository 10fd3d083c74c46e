using System.Security.Cryptography;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>TEL-3 (threats F08, L04): no log line, span or metric holds a secret, a token, a nonce, a proof or a name.</summary>
public sealed class CanaryTests
{
    private const string Name = "canary-5d41402abc4b2a76";

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Nothing_that_a_caller_sent_or_got_is_seen_again(string format)
    {
        using var spans = new CollectedSpans();
        var output = new TeeWriter(Console.Out);
        var metrics = "";
        List<Canary> canaries;
        var requestId = "";
        var broker = await StartAsync(format, output);
        await using (broker)
        {
            using var machine = await SoftwareMachine.ActiveAsync(broker);
            canaries = await WorkAsync(machine);
            canaries.AddRange(await MisbehaveAsync(machine));
            requestId = (await machine.PostAsync("/v1/challenges", "{")).Json["requestId"]!.GetValue<string>();
            metrics = await Scrape.UntilAsync(broker, "operation=\"secret.release\"");
        }

        var log = output.Kept;
        Assert.Contains(requestId, log, StringComparison.Ordinal);
        Assert.Contains("/v1/keys/{name}/decrypt", log, StringComparison.Ordinal);
        Assert.Contains("secret.release", spans.Text, StringComparison.Ordinal);
        Assert.NotEmpty(canaries);
        foreach (var canary in canaries)
        {
            Assert.Equal((canary.What, 0, 0, 0), (canary.What, canary.CountIn(log), canary.CountIn(spans.Text), canary.CountIn(metrics)));
        }
    }

    private static async Task<RunningBroker> StartAsync(string format, TeeWriter output)
    {
        // The console logger takes the standard output that it finds when it starts.
        var before = Console.Out;
        Console.SetOut(output);
        try
        {
            return await RunningBroker.StartAsync($"--KeyBroker:LogFormat={format}");
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    private static async Task<List<Canary>> WorkAsync(SoftwareMachine machine)
    {
        var (plaintext, secret, nonce) = (Canary.Random("plaintext"), Canary.Random("secret"), new Canary("nonce", await machine.ChallengeAsync()));
        using var enc = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var attested = await machine.AttestAsync(evidence => evidence with { Nonce = nonce.Bytes, Enc = SoftwareMachine.Jwk(enc) });
        machine.Token = attested.Json["token"]!.GetValue<string>();
        Success(await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"web/{{Name}}","type":"aes-256"}"""));
        var encrypted = Success(await machine.CallAsync("POST", $"/v1/keys/web%2F{Name}/encrypt", $$"""{"plaintext":"{{plaintext.Text}}"}"""));
        var ciphertext = encrypted.Json["result"]!["ciphertext"]!.GetValue<string>();
        Success(await machine.CallAsync("POST", $"/v1/keys/web%2F{Name}/decrypt", $$"""{"ciphertext":"{{ciphertext}}"}"""));
        Success(await machine.CallAsync("PUT", $"/v1/secrets/web%2F{Name}", $$"""{"value":"{{secret.Text}}"}"""));
        var released = Success(await machine.CallAsync("POST", $"/v1/secrets/web%2F{Name}/release", """{"to":"enc"}"""));
        return
        [
            plaintext, secret, nonce, Canary.Of("token", machine.Token), Canary.Of("ciphertext", ciphertext), Canary.Of("name", Name),
            Canary.Of("machine", machine.Name), Canary.Of("jwe", released.Json["result"]!["jwe"]!.GetValue<string>()),
        ];
    }

    private static async Task<List<Canary>> MisbehaveAsync(SoftwareMachine machine)
    {
        var stray = Canary.Random("stray");
        await machine.PostAsync("/v1/enrollments", stray.Text);
        await machine.PostAsync("/v1/enrollments", $$"""{"{{stray.Text}}":1}""");
        await machine.PostAsync("/v1/attestations", $$"""{"machine":"{{stray.Text}}","runtimeData":"{{stray.Text}}"}""");
        await machine.PostAsync($"/v1/enrollments/{stray.Text}/activation", $$"""{"secret":"{{stray.Text}}"}""");
        await machine.CallAsync("GET", $"/v1/keys/web%2F{Name}?q={stray.Text}", edit: request =>
            request.Headers.TryAddWithoutValidation("User-Agent", stray.Text));
        await machine.CallAsync("GET", $"/v1/keys/{stray.Text}%0a%1b%5b31m/sign");
        await machine.CallAsync("POST", $"/v1/keys/web%2F{Name}/decrypt", $$"""{"ciphertext":"kb:v1:{{stray.Text}}"}""");
        await machine.CallAsync("POST", $"/v1/keys/web%2F{Name}/decrypt", $$"""{"ciphertext":"kb:v99999999999:{{stray.Text}}"}""");
        await machine.CallAsync("GET", "/v1/keys", edit: request => Authorize(request, "DPoP " + stray.Text));
        await machine.CallAsync("GET", "/v1/keys", edit: request => Authorize(request, "Bearer " + stray.Text));
        return [stray];
    }

    private static void Authorize(HttpRequestMessage request, string value)
    {
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", value);
    }

    private static Answer Success(Answer answer)
    {
        Assert.True(answer.Status is 200 or 201, answer.Text);
        return answer;
    }
}
