using System.Text.Json.Nodes;
using KeyBroker.Cli.Doctor;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>VER-54, CLI-14: what doctor says of the broker's remote verifiers.</summary>
public sealed class DoctorVerifierTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-doctor-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_verifier_has_a_line_and_no_secret_is_in_it()
    {
        using var maker = new ReceiptMaker();
        var (jwks, token) = (Path.Combine(_folder.FullName, "jwks.json"), Path.Combine(_folder.FullName, "token"));
        await File.WriteAllTextAsync(jwks, maker.Jwks.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(token, "a-secret-of-ours", TestContext.Current.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(
        [
            .. Settings("lab", "Kind=passport", "Issuer=https://lab.example", $"Jwks={jwks}"),
            .. Settings("away", "Kind=background", "Issuer=-", "Jwks=http://127.0.0.1:1/jwks", "Url=http://127.0.0.1:1/", "Api=post", $"TokenFile={token}"),
        ]);
        await using var machine = await Workload.StartAsync(broker, "web-1");

        var ran = await machine.RunAsync("doctor", "--output", "json");
        var checks = JsonNode.Parse(ran.Text)!["checks"]!.AsArray().ToDictionary(check => (string)check!["check"]!, check => check!);

        Assert.Equal("ok", (string?)checks["verifier lab"]["status"]);
        Assert.Contains("1 keys, read", (string?)checks["verifier lab"]["detail"], StringComparison.Ordinal);
        Assert.Equal("warn", (string?)checks["verifier away"]["status"]);
        Assert.Contains("no keys", (string?)checks["verifier away"]["detail"], StringComparison.Ordinal);
        Assert.Contains("circuit closed", (string?)checks["verifier away"]["detail"], StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1/jwks", (string?)checks["verifier away"]["advice"], StringComparison.Ordinal);
        var listed = await machine.DoAsync("admin", "verifiers", "list", "--output", "json");
        Assert.DoesNotContain("a-secret-of-ours", ran.Text + listed, StringComparison.Ordinal);
        Assert.DoesNotContain(token, ran.Text + listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"usable":true,"circuit":"closed"}""", "Ok", "")]
    [InlineData("""{"usable":false,"circuit":"open"}""", "Warn", "tried again by itself")]
    [InlineData("""{"usable":false,"circuit":"open","required":true}""", "Fail", "tried again by itself")]
    [InlineData("""{"usable":false,"required":true}""", "Fail", "can be read")]
    [InlineData("""{"usable":true,"certificate":{"notAfter":"2026-11-09T23:59:59.000Z"}}""", "Warn", "no restart")]
    [InlineData("""{"usable":true,"required":true,"certificate":{"notAfter":"2026-11-09T23:59:59.000Z"}}""", "Fail", "no restart")]
    [InlineData("""{"usable":true,"required":true,"certificate":{"notAfter":"2026-11-20T00:00:00.000Z"}}""", "Warn", "issued")]
    [InlineData("""{"usable":true,"certificate":{"notAfter":"2026-12-20T00:00:00.000Z"}}""", "Ok", "")]
    public void The_worst_decides(string verifier, string severity, string advice)
    {
        var json = JsonNode.Parse(verifier)!.AsObject();
        json["name"] = "v";
        json["keys"] = new JsonObject { ["from"] = "https://v.example/jwks", ["count"] = 2, ["age"] = 300L };

        var finding = VerifierCheck.Judge(json, s_now);

        Assert.Equal(severity, finding.Severity.ToString());
        Assert.Contains(advice, finding.Advice ?? "", StringComparison.Ordinal);
        Assert.Contains("2 keys, read 5 min ago", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_in_vain_is_said_while_the_keys_still_count()
    {
        var json = JsonNode.Parse("""{"name":"v","usable":true,"keys":{"from":"u","count":1,"age":7300,"failure":{"at":"2026-11-10T00:00:00.000Z","message":"503 instead of the keys"}}}""")!;
        var finding = VerifierCheck.Judge(json.AsObject(), s_now);
        Assert.Equal(Severity.Warn, finding.Severity);
        Assert.Contains("read 2 h ago; in vain at 2026-11-10T00:00:00.000Z: 503 instead of the keys", finding.Detail, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Settings(string name, params string[] more) =>
        new[] { "Audience=kb", "Algorithms=ES256", "Profile=ear" }.Concat(more).Select(setting => $"--KeyBroker:Verifiers:{name}:{setting}");
}
