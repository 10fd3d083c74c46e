using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>VER-30: whoever has no TPM here attests with a remote verifier's result, and then calls like a machine.</summary>
public sealed class PassportCommandTests : IDisposable
{
    private const string Policy = """
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: vouched }
        spec:
          machines: { verifiers: [lab] }
          results: [ { verifier: lab, status: affirming } ]
          grants:
            - { keys: ["web/*"], allow: [create, read, sign] }
            - { secrets: ["web/*"], allow: [seal, read, release] }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-passport-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Attests_with_a_result_and_uses_what_the_policy_grants()
    {
        await File.WriteAllTextAsync(In("jwks.json"), new JsonObject { ["keys"] = new JsonArray(Jwk()) }.ToJsonString(), TestContext.Current.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(
            "--KeyBroker:Verifiers:lab:Kind=passport", "--KeyBroker:Verifiers:lab:Issuer=https://lab.example", "--KeyBroker:Verifiers:lab:Audience=kb",
            "--KeyBroker:Verifiers:lab:Algorithms=ES256", $"--KeyBroker:Verifiers:lab:Jwks={In("jwks.json")}", "--KeyBroker:Verifiers:lab:Profile=ear");
        await File.WriteAllTextAsync(Path.Combine(broker.PolicyDirectory, "vouched.yaml"), Policy, TestContext.Current.CancellationToken);
        await using var caller = await Workload.StartAsync(broker, "vouched");
        await caller.DoAsync("admin", "policies", "reload");

        await caller.DoAsync("attest", "--runtime-data", In("runtime.json"), "--enc", "software");
        var runtime = await File.ReadAllBytesAsync(In("runtime.json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(In("result.jwt"), Result(runtime), TestContext.Current.CancellationToken);
        var attested = JsonNode.Parse(await caller.DoAsync("attest", "--result", In("result.jwt"), "--output", "json"))!;
        Assert.StartsWith("verifier:lab:", (string?)attested["caller"], StringComparison.Ordinal);

        await caller.DoAsync("key", "create", "web/vouched");
        await caller.DoAsync("secret", "put", "web/s", "--value", "open sesame");
        Assert.Equal("open sesame", await caller.DoAsync("secret", "get", "web/s"));

        // VER-32. Its callers are keys, which the broker says before anybody relies on something else.
        Assert.Contains("the callers of verifier lab are their proof keys", broker.Said, StringComparison.Ordinal);

        // The result was spent; and the caller has nothing to attest with by itself.
        var again = await caller.RunAsync("attest", "--result", In("result.jwt"));
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("--runtime-data", again.Error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private JsonObject Jwk()
    {
        var point = _key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = "lab-1",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private string Result(byte[] runtime)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://lab.example",
            ["aud"] = "kb",
            ["iat"] = now,
            ["exp"] = now + 120,
            ["eat_profile"] = "tag:github.com,2023:veraison/ear",
            ["eat_nonce"] = Base64Url.EncodeToString(SHA256.HashData(runtime)),
            ["submods"] = new JsonObject { ["vm"] = new JsonObject { ["ear.status"] = "affirming" } },
        };
        return CompactJws.Of(new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["kid"] = "lab-1" }, claims).SignedBy(_key);
    }
}
