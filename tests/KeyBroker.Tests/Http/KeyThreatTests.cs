using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threats of groups I and K on the calls that make and use keys.</summary>
public sealed class KeyThreatTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tenant", "\"other\"")]
    [InlineData("owner", "\"other\"")]
    [InlineData("createdBy", "\"sha256-00\"")]
    [InlineData("createdAt", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("id", "\"1\"")]
    [InlineData("state", "\"active\"")]
    [InlineData("primary", "1")]
    [InlineData("versions", "[]")]
    [InlineData("publicJwk", "{}")]
    [InlineData("deletionProtection", "false")]
    [InlineData("minDecryptVersion", "1")]
    [InlineData("hold", "null")]
    [InlineData("policy", "\"web-tier\"")]
    public async Task I02_nobody_sets_what_the_broker_keeps(string member, string value)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var name = "web/" + Guid.NewGuid().ToString("N");
        (await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"aes-256","{{member}}":{{value}}}""")).IsRefused(400, "request-malformed");
        (await machine.CallAsync("PUT", $"/v1/secrets/{Uri.EscapeDataString(name)}", $$"""{"value":"AAEC","{{member}}":{{value}}}""")).IsRefused(400, "request-malformed");
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"aes-256"}""")).Status);
        (await machine.CallAsync("POST", $"/v1/keys/{Uri.EscapeDataString(name)}/rotate", $$"""{"{{member}}":{{value}}}""")).IsRefused(400, "request-malformed");
        (await machine.CallAsync("POST", $"/v1/keys/{Uri.EscapeDataString(name)}/encrypt", $$"""{"plaintext":"AA","{{member}}":{{value}}}"""))
            .IsRefused(400, "request-malformed");
    }

    [Theory]
    [InlineData("""{"name":"web/i03","name":"web/other","type":"aes-256"}""")]
    [InlineData("""{"name":"web/i03","Name":"web/other","type":"aes-256"}""")]
    [InlineData("""{"NAME":"web/i03","type":"aes-256"}""")]
    [InlineData("""{"name":"web/i03","type":"aes-256","exportable":"true"}""")]
    [InlineData("""{"name":"web/i03","type":"aes-256",}""")]
    [InlineData("""{"name":"web/i03",/* */"type":"aes-256"}""")]
    [InlineData("""{"name":"web/i03","type":"aes-256"}{}""")]
    [InlineData("""{"name":"web/i03","type":"aes-256","labels":{"a":"1","a":"2"}}""")]
    public async Task I03_no_body_can_be_read_two_ways(string body)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        (await machine.CallAsync("POST", "/v1/keys", body)).IsRefused(400, "request-malformed");
        (await machine.CallAsync("GET", "/v1/keys/web%2Fi03")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task I06_what_there_is_and_what_there_is_not_look_alike_to_strangers()
    {
        await broker.AdministerAsync("keys", """{"name":"db/hidden","type":"aes-256"}""");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        foreach (var (method, verb) in new[] { ("GET", ""), ("POST", "/encrypt"), ("POST", "/rotate"), ("POST", "/release") })
        {
            var (there, absent) = (await machine.CallAsync(method, $"/v1/keys/db%2Fhidden{verb}", Body()), await machine.CallAsync(method, $"/v1/keys/db%2Fabsent{verb}", Body()));
            there.IsRefused(404, "not-found");
            Assert.Equal(Without(there), Without(absent));

            string? Body() => method == "GET" ? null : "{}";
        }

        static string Without(Answer answer)
        {
            var problem = answer.Json.AsObject();
            problem.Remove("requestId");
            return problem.ToJsonString();
        }
    }

    [Fact]
    public async Task I07_a_key_of_the_broker_signs_no_token_of_the_broker()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await machine.CallAsync("POST", "/v1/keys", """{"name":"web/forger","type":"ec-p256"}""");
        var (kept, signed) = (machine.Token, machine.Token[..machine.Token.LastIndexOf('.')]);
        var signature = await machine.CallAsync(
            "POST", "/v1/keys/web%2Fforger/sign", $$"""{"alg":"ES256","message":"{{Base64Url.Encode(Encoding.ASCII.GetBytes(signed))}}"}""");

        machine.Token = $"{signed}.{signature.Json["result"]!["signature"]}";
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        machine.Token = kept;
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        var jwks = await broker.Tcp.GetStringAsync(new Uri(broker.Origin + "/.well-known/jwks.json"), Cancellation);
        var own = (await machine.CallAsync("GET", "/v1/keys/web%2Fforger")).Json["result"]!["versions"]![0]!["publicJwk"]!;
        Assert.DoesNotContain((string)own["x"]!, jwks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I09_what_a_proxy_would_say_counts_for_nothing()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var answer = await machine.CallAsync("GET", "/v1/keys", null, request =>
        {
            foreach (var (name, value) in new[]
            {
                ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Host", "localhost"), ("X-Forwarded-Proto", "https"), ("Forwarded", "for=192.0.2.7"),
                ("X-Original-URL", "/v1/admin/machines"), ("X-SSL-Client-Cert", "MIIB"), ("X-ARR-ClientCert", "MIIB"), ("X-HTTP-Method-Override", "POST"),
            })
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        });
        Assert.Equal(200, answer.Status);
        using var admin = new HttpRequestMessage(HttpMethod.Get, broker.Origin + "/v1/admin/machines");
        admin.Headers.TryAddWithoutValidation("X-Forwarded-For", "unix:");
        using var refused = await broker.Tcp.SendAsync(admin, Cancellation);
        Assert.Equal(404, (int)refused.StatusCode);
        Assert.DoesNotContain("192.0.2.7", await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task K07_no_answer_of_the_tpm_reaches_another_caller()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var keys = Enumerable.Range(0, 8).Select(number => $"web/k07-{number}").ToArray();
        var publics = new Dictionary<string, ECDsa>();
        foreach (var name in keys)
        {
            var made = await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"ec-p256","protection":"tpm"}""");
            publics[name] = PublicJwk.Parse(made.Json["result"]!["publicJwk"]!.ToJsonString()).ToEcdsa();
        }

        // More keys than a TPM holds at once, each with a message of its own.
        await Task.WhenAll(Enumerable.Range(0, 96).Select(async number =>
        {
            var (name, message) = (keys[number % keys.Length], RandomNumberGenerator.GetBytes(24));
            var signed = await machine.CallAsync(
                "POST", $"/v1/keys/{Uri.EscapeDataString(name)}/sign", $$"""{"alg":"ES256","message":"{{Base64Url.Encode(message)}}"}""");
            Assert.True(publics[name].VerifyData(message, Base64Url.Decode((string)signed.Json["result"]!["signature"]!), HashAlgorithmName.SHA256));
        }));
    }
}
