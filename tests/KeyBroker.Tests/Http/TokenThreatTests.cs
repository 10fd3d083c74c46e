using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threats G01 to G03 over HTTP, with the broker's very key: one change each, shown to the gate and to introspection, and the good token after it.</summary>
public sealed class TokenThreatTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    public static TheoryData<string> Algorithms => ["none", "None", "nOnE", "HS256 PEM", "HS256 JWK", "RS256", "PS256", "ES384"];

    public static TheoryData<string> KeyIds => ["../../x", "' OR 1=1", new string('k', 65_536), new string('A', 43), "the result key's"];

    private SigningKeys Keys => broker.Application.Services.GetRequiredService<SigningKeys>();

    [Theory, MemberData(nameof(Algorithms))]
    public async Task G01_another_algorithm_is_refused(string algorithm)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await IsRefusedAsync(machine, Under(algorithm, CompactJws.Parse(machine.Token)));
    }

    /// <summary>Signed by the broker's own key, by a stranger's, and the proof beside a good token: nobody is asked for a key.</summary>
    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task G02_a_token_that_points_to_its_key_is_refused_and_nobody_goes_there(string member)
    {
        using var canary = new TcpListener(IPAddress.Loopback, 0);
        canary.Start();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pointing = CompactJws.Parse(machine.Token).WithHeader(header => header[member] = $"http://{canary.LocalEndpoint}/keys");
        await IsRefusedAsync(machine, pointing.SignedBy(Keys.Token.SecurityKey.ECDsa));
        await IsRefusedAsync(machine, pointing.SignedBy(stranger));

        var proof = CompactJws.Parse(machine.MakeProof("GET", broker.Origin + "/v1/keys", stranger))
            .WithHeader(header => header[member] = $"http://{canary.LocalEndpoint}/keys").SignedBy(stranger);
        var answer = await machine.CallAsync("GET", "/v1/keys", edit: request =>
        {
            request.Headers.Remove("DPoP");
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        });
        answer.IsRefused(401, "proof-invalid");
        Assert.False(canary.Pending());
    }

    [Theory]
    [InlineData("jwk")]
    [InlineData("x5c")]
    public async Task G02_a_token_that_brings_its_key_is_refused(string member)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonNode key = member == "jwk" ? SoftwareMachine.Jwk(stranger) : new JsonArray(Convert.ToBase64String(SelfSigned(stranger)));
        var bringing = CompactJws.Parse(machine.Token).WithHeader(header => header[member] = key.DeepClone());
        await IsRefusedAsync(machine, bringing.SignedBy(Keys.Token.SecurityKey.ECDsa));
        await IsRefusedAsync(machine, bringing.SignedBy(stranger));
    }

    [Theory, MemberData(nameof(KeyIds))]
    public async Task G03_another_kid_is_refused_whatever_it_is(string kid)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var named = CompactJws.Parse(machine.Token).WithHeader(header => header["kid"] = kid == "the result key's" ? Keys.Result.Kid : kid);
        await IsRefusedAsync(machine, named.SignedBy(Keys.Token.SecurityKey.ECDsa));
    }

    /// <summary>A key whose last token ended long ago: the signature is good, and nobody looks for it any more.</summary>
    [Fact]
    public async Task G03_the_kid_of_a_retired_key_is_refused()
    {
        var clock = new MovedClock();
        await using var own = await RunningBroker.StartAsync(clock);
        var keys = own.Application.Services.GetRequiredService<SigningKeys>();
        var retired = keys.Token;
        clock.Pass(TimeSpan.FromDays(150));
        await keys.RenewAsync(TestContext.Current.CancellationToken);
        using var machine = await SoftwareMachine.AttestedAsync(own);
        machine.Ahead = TimeSpan.FromDays(150);
        var good = machine.Token;
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);

        machine.Token = CompactJws.Parse(good).WithHeader(header => header["kid"] = retired.Kid).SignedBy(retired.SecurityKey.ECDsa);
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        machine.Token = good;
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
    }

    private async Task IsRefusedAsync(SoftwareMachine machine, string token)
    {
        var good = machine.Token;
        machine.Token = token;
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        var introspected = await new RelyingParty(broker).IntrospectAsync(token);
        Assert.True(introspected.Text == """{"active":false}""" || introspected.Status == 413, introspected.Text);
        machine.Token = good;
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
    }

    private string Under(string algorithm, CompactJws good)
    {
        var named = good.WithHeader(header => header["alg"] = algorithm.Split(' ')[0]);
        var pem = Encoding.ASCII.GetBytes(Keys.Token.SecurityKey.ECDsa.ExportSubjectPublicKeyInfoPem());
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return algorithm switch
        {
            "HS256 PEM" => named.SignedBy(pem),
            "HS256 JWK" => named.SignedBy(Encoding.UTF8.GetBytes(Keys.Token.ToJwk().ToJsonString())),
            "RS256" => named.SignedBy(input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "PS256" => named.SignedBy(input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            "ES384" => named.SignedBy(input => p384.SignData(input, HashAlgorithmName.SHA384)),
            _ => named.Unsigned(),
        };
    }

    private static byte[] SelfSigned(ECDsa key)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        return certificate.RawData;
    }
}
