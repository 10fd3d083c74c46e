using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Certificates of an authority for signing keys that are made here: asked for, installed, published, and over.</summary>
public sealed class SigningCertificateTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task A_certificate_is_requested_installed_and_published_with_its_key_and_survives_a_restart()
    {
        using var authority = new TestAuthority();
        var kid = await KidAsync(broker, "result");
        var csr = (string)(await broker.AdministerAsync($"signing-keys/{kid}/csr", """{"subject":"CN=keys.example.org"}"""))["csr"]!;
        var installed = await InstallAsync(broker, kid, authority.Chain(csr));

        Assert.Equal("CN=keys.example.org", (string?)installed["certificate"]!["subject"]);
        await IsPublishedAsync(kid, authority);
        await broker.RestartAsync();
        await IsPublishedAsync(kid, authority);
        var listed = JsonNode.Parse(await broker.Admin.GetStringAsync("/v1/admin/signing-keys", TestContext.Current.CancellationToken))!["items"]!.AsArray();
        Assert.Equal("CN=Middle", (string?)listed.Single(key => (string?)key!["kid"] == kid)!["certificate"]!["issuer"]);
    }

    [Fact]
    public async Task What_is_no_valid_chain_of_this_very_key_is_refused_with_what_is_wrong()
    {
        using var authority = new TestAuthority();
        var (kid, other) = (await KidAsync(broker, "token"), await KidAsync(broker, "result"));
        var csr = (string)(await broker.AdministerAsync($"signing-keys/{kid}/csr"))["csr"]!;
        var foreign = (string)(await broker.AdministerAsync($"signing-keys/{other}/csr"))["csr"]!;
        var now = TimeProvider.System.GetUtcNow();

        await IsRefusedAsync(kid, authority.Chain(foreign), "another key");
        await IsRefusedAsync(kid, authority.Chain(csr, (now.AddDays(-20), now.AddDays(-10))), "valid from");
        await IsRefusedAsync(kid, authority.Chain(csr, (now.AddDays(10), now.AddDays(20))), "valid from");
        await IsRefusedAsync(kid, $"{authority.Issue(csr)}\n{authority.Root.ExportCertificatePem()}", "issued by the next");
        await IsRefusedAsync(kid, $"{authority.Issue(csr)}\n{authority.Root.ExportCertificatePem()}\n{authority.MiddlePem}", "issued by the next");
        await IsRefusedAsync(kid, $"{authority.MiddlePem}\n{authority.Issue(csr)}", "another key");
        await IsRefusedAsync(kid, "nothing", "certificates as PEM");
        Assert.DoesNotContain("x5c", (await JwkAsync(broker, kid)).Select(member => member.Key));
        await InstallAsync(broker, kid, $"{authority.Issue(csr)}\n{authority.MiddlePem}");
    }

    [Fact]
    public async Task A_certificate_that_ends_is_not_published_any_more_and_the_key_is()
    {
        var clock = new MovedClock();
        await using var own = await RunningBroker.StartAsync(clock);
        using var authority = new TestAuthority();
        var kid = await KidAsync(own, "result");
        var csr = (string)(await own.AdministerAsync($"signing-keys/{kid}/csr"))["csr"]!;
        var now = clock.GetUtcNow();
        await InstallAsync(own, kid, authority.Chain(csr, (now.AddDays(-1), now.AddDays(1))));
        Assert.Contains("x5c", (await JwkAsync(own, kid)).Select(member => member.Key));

        clock.Pass(TimeSpan.FromDays(2));
        Assert.DoesNotContain("x5c", (await JwkAsync(own, kid)).Select(member => member.Key));
    }

    private static async Task<string> KidAsync(RunningBroker of, string use)
    {
        var list = JsonNode.Parse(await of.Admin.GetStringAsync("/v1/admin/signing-keys", TestContext.Current.CancellationToken))!;
        return (string)list["items"]!.AsArray().Single(key => (string?)key!["use"] == use && (bool)key["signs"]!)!["kid"]!;
    }

    private static Task<JsonNode> InstallAsync(RunningBroker into, string kid, string chain) =>
        into.AdministerAsync($"signing-keys/{kid}/certificate", new JsonObject { ["chain"] = chain }.ToJsonString());

    private static async Task<JsonObject> JwkAsync(RunningBroker of, string kid)
    {
        var jwks = JsonNode.Parse(await of.Tcp.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken))!;
        return jwks["keys"]!.AsArray().Single(key => (string?)key!["kid"] == kid)!.AsObject();
    }

    private async Task IsRefusedAsync(string kid, string chain, string why)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => InstallAsync(broker, kid, chain));
        Assert.Contains("operation-unsupported", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>As a relying party checks it: the chain to a root of its own, and the key in the certificate.</summary>
    private async Task IsPublishedAsync(string kid, TestAuthority authority)
    {
        var jwk = await JwkAsync(broker, kid);
        var chain = jwk["x5c"]!.AsArray().Select(one => X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)one!))).ToList();
        using var built = new X509Chain();
        built.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        built.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        built.ChainPolicy.CustomTrustStore.Add(authority.Root);
        chain.Skip(1).ToList().ForEach(one => built.ChainPolicy.ExtraStore.Add(one));
        Assert.True(built.Build(chain[0]));
        Assert.Equal((string?)jwk["x"], Attestation.Evidence.Base64Url.Encode(chain[0].GetECDsaPublicKey()!.ExportParameters(false).Q.X!));
        Assert.Equal((string?)jwk["x5t#S256"], Attestation.Evidence.Base64Url.Encode(SHA256.HashData(chain[0].RawData)));
    }
}
