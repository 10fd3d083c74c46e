using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Wrapping, data keys, agreement, bringing forward, release and random bytes by command.</summary>
public sealed class KeyOperationCommandTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>
{
    private Workload Machine => allowed.Machine;

    [Fact]
    public async Task A_data_key_comes_into_a_file_and_back_by_unwrapping()
    {
        await Machine.DoAsync("key", "create", "web/data", "--type", "aes-256");
        var (key, again) = (InState("data.key"), InState("again.key"));
        var wrapped = (await Machine.DoAsync("key", "data-key", "web/data", "--bytes", "64", "--aad", "disk 1", "--out", key)).Trim();
        await Machine.DoAsync("key", "unwrap", "web/data", "--to", "enc", "--value", wrapped, "--aad", "disk 1", "--out", again);
        var bytes = await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken);
        Assert.Equal(64, bytes.Length);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(again, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "decrypt", "web/data", "--value", wrapped, "--aad", "disk 1")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("key", "data-key", "web/data")).ExitCode);
    }

    [Fact]
    public async Task A_key_is_wrapped_and_unwrapped_also_in_a_batch()
    {
        await Machine.DoAsync("key", "create", "web/wrap", "--type", "rsa-2048", "--operation", "wrap", "unwrap");
        var wrapped = (await Machine.DoAsync("key", "wrap", "web/wrap", "--value", "a key")).Trim();
        Assert.Equal("a key", await Machine.DoAsync("key", "unwrap", "web/wrap", "--value", wrapped));
        var batch = (await Machine.WithInputAsync($"{wrapped}\n", "key", "unwrap", "web/wrap", "--to", "enc", "--batch", "-")).Text;
        Assert.Equal(Base64Url.EncodeToString("a key"u8), (string?)JsonNode.Parse(batch)!["result"]!["key"]);
    }

    [Fact]
    public async Task Two_sides_agree_by_pem_and_by_jwk()
    {
        await Machine.DoAsync("key", "create", "web/agree", "--type", "ec-p384", "--operation", "agree");
        using var ours = ECDiffieHellman.Create();
        ours.ImportFromPem(await Machine.DoAsync("key", "show", "web/agree", "--pem"));
        using var theirs = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        var point = theirs.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-384","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        foreach (var text in new[] { theirs.ExportSubjectPublicKeyInfoPem(), jwk })
        {
            await File.WriteAllTextAsync(InState("peer"), text, TestContext.Current.CancellationToken);
            var agreed = (await Machine.RunAsync("key", "agree", "web/agree", "--peer", InState("peer"))).Output;
            Assert.Equal(theirs.DeriveRawSecretAgreement(ours.PublicKey), agreed);
        }

        var item = (await Machine.WithInputAsync($"{{\"peer\":{jwk}}}\n", "key", "agree", "web/agree", "--batch", "-")).Text;
        Assert.Equal(Base64Url.EncodeToString(theirs.DeriveRawSecretAgreement(ours.PublicKey)), (string?)JsonNode.Parse(item)!["result"]!["secret"]);
    }

    /// <summary>CLI-31: nothing of it is sent; there is no broker here that it could be sent to.</summary>
    [Theory]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}""", "private")]
    [InlineData("""{"kty":"oct","k":"AA"}""", "private")]
    [InlineData("""{"kty":"oct"}""", "private")]
    [InlineData("""{"kty":"RSA","n":"AA","e":"AQAB","p":"AA","q":"AA"}""", "private")]
    [InlineData("""{"kty":"RSA","n":"AA","e":"AQAB"}""", "EC")]
    [InlineData("""{"kty":7}""", "EC")]
    [InlineData("[]", "PEM")]
    public async Task A_private_or_a_secret_key_is_not_sent_as_a_peer(string jwk, string said)
    {
        await File.WriteAllTextAsync(InState("peer"), jwk, TestContext.Current.CancellationToken);
        var refused = await Machine.RunAsync("key", "agree", "web/none", "--peer", InState("peer"));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(said, refused.Error);
        var item = await Machine.WithInputAsync($"{{\"peer\":{jwk}}}\n", "key", "agree", "web/none", "--batch", "-");
        Assert.Equal(ExitCode.Denied, item.ExitCode);
        Assert.Equal("line-malformed", (string?)JsonNode.Parse(item.Text)!["error"]!["code"]);
    }

    /// <summary>CLI-40: whoever could read the file that was there reads nothing of what comes into its place.</summary>
    [Fact]
    public async Task Key_material_goes_into_a_file_made_anew()
    {
        await Machine.DoAsync("key", "create", "web/anew", "--type", "aes-256", "--exportable");
        await Machine.DoAsync("secret", "put", "web/anew", "--value", "old and new");
        string[][] commands =
        [
            ["key", "data-key", "web/anew"], ["key", "release", "web/anew"], ["secret", "get", "web/anew"], ["random", "32"],
        ];
        foreach (var command in commands)
        {
            var (open, link) = (InState("open"), InState("link"));
            await File.WriteAllTextAsync(open, "old", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(open, (UnixFileMode)0b110_110_110);
            File.Delete(link);
            File.CreateSymbolicLink(link, open);
            using var before = File.OpenRead(open);
            await Machine.DoAsync([.. command, "--out", link]);
            Assert.Equal("old", await File.ReadAllTextAsync(open, TestContext.Current.CancellationToken));
            await Machine.DoAsync([.. command, "--out", open]);
            Assert.All(new[] { open, link }, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
            using var reader = new StreamReader(before);
            Assert.Equal("old", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.Empty(Directory.GetFiles(Machine.State, ".open.*"));
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("random", "32", "--out", Machine.State)).ExitCode);

        // A pipe takes what it is given, and stays one.
        using (var made = System.Diagnostics.Process.Start("mkfifo", [InState("pipe")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var piped = Task.Run(() => File.ReadAllBytes(InState("pipe")), TestContext.Current.CancellationToken);
        await Machine.DoAsync("random", "32", "--format", "raw", "--out", InState("pipe"));
        Assert.Equal(32, (await piped).Length);
    }

    [Fact]
    public async Task An_exportable_key_is_released_into_a_file()
    {
        await Machine.DoAsync("key", "create", "web/export", "--type", "rsa-2048", "--protection", "sealed", "--exportable");
        await Machine.DoAsync("key", "release", "web/export", "--out", InState("jwk"));
        var jwk = JsonNode.Parse(await File.ReadAllTextAsync(InState("jwk"), TestContext.Current.CancellationToken))!;
        Assert.Equal("RSA", (string?)jwk["kty"]);
        Assert.Equal(128, Base64Url.DecodeFromChars((string)jwk["p"]!).Length);
    }

    [Fact]
    public async Task A_grant_may_demand_a_quote_for_the_very_request()
    {
        await Machine.DoAsync("key", "create", "web/fresh", "--type", "ec-p256");
        await Machine.EditPolicyAsync("rotate] }", "rotate], freshness: request }");
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "plan")).ExitCode);
        await Machine.DoAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "plan", "--fresh");
        await Machine.DoAsync("key", "show", "web/fresh", "--fresh");

        // The token that came of it is for what it was made for.
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "sign", "web/fresh", "--alg", "ES256", "--message", "other")).ExitCode);
        await Machine.EditPolicyAsync("rotate], freshness: request }", "rotate] }");
    }

    [Fact]
    public async Task Random_bytes_come_in_three_forms()
    {
        Assert.Equal(32, Base64Url.DecodeFromChars((await Machine.DoAsync("random", "32")).Trim()).Length);
        Assert.Equal(64, (await Machine.DoAsync("random", "32", "--format", "hex")).Trim().Length);
        Assert.Equal(1000, (await Machine.RunAsync("random", "1000", "--format", "raw", "--to", "enc")).Output.Length);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("random", "1025")).ExitCode);
    }

    private string InState(string name) => Path.Combine(Machine.State, name);
}
