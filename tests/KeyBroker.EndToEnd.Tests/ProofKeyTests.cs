using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A machine whose token is bound to a key in its TPM: what is in its state folder is of use nowhere else.</summary>
public sealed class ProofKeyTests : IAsyncLifetime
{
    private BrokerProcess? _broker;
    private Workload? _machine;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Workload Machine => _machine!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync();
        _machine = await Workload.AllowedAsync(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        await _machine!.DisposeAsync();
        await _broker!.DisposeAsync();
    }

    [Fact]
    public async Task Every_proof_is_signed_by_the_TPM_that_quoted()
    {
        await Machine.DoAsync("attest", "--proof-key", "tpm");
        Assert.False(File.Exists(Path.Combine(Machine.State, "proof.pem")));
        Assert.Equal(["cnf", "enc"], await TpmKeysAsync());
        await Machine.DoAsync("key", "create", "web/proven");
        await Machine.DoAsync("key", "sign", "web/proven", "--message", "hello");

        // The choice holds for what follows by itself, also for a quote for the very request.
        await Machine.DoAsync("attest");
        await Machine.DoAsync("key", "sign", "web/proven", "--message", "hello", "--fresh");
        Assert.Equal(["cnf", "enc"], await TpmKeysAsync());

        // Where every grant demands that what is opened stays with this TPM, it is met by both keys being there.
        await Machine.EditPolicyAsync("allow: [seal, read, release] }", "allow: [seal, read, release], recipient: tpm }");
        await Machine.DoAsync("secret", "put", "web/s", "--value", "kept");
        Assert.Equal("kept", await Machine.DoAsync("secret", "get", "web/s"));
    }

    [Fact]
    public async Task A_grant_may_demand_it()
    {
        await Machine.DoAsync("attest");
        await Machine.DoAsync("key", "create", "web/demanding");
        await Machine.EditPolicyAsync("- { keys: [\"web/*\"], allow: [create,", "- { keys: [\"web/*\"], proofKey: tpm, allow: [create,");
        var refused = await Machine.RunAsync("key", "sign", "web/demanding", "--message", "hello", "--alg", "ES256");
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("the proof key is none that the machine's TPM certified", refused.Error, StringComparison.Ordinal);

        await Machine.DoAsync("attest", "--proof-key", "tpm");
        await Machine.DoAsync("key", "sign", "web/demanding", "--message", "hello", "--alg", "ES256");
    }

    [Fact]
    public async Task Another_TPM_cannot_use_the_token()
    {
        await Machine.DoAsync("attest", "--proof-key", "tpm");
        await using var thief = await Swtpm.StartAsync();
        var stolen = _broker!.NewFolder("stolen");
        foreach (var file in Directory.GetFiles(Machine.State))
        {
            File.Copy(file, Path.Combine(stolen, Path.GetFileName(file)));
        }

        var ran = await new CommandRun().RunAsync("key", "list", "--broker", _broker.Url, "--tpm", thief.Tcti, "--state", stolen);
        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Equal("", ran.Text);
        await Machine.DoAsync("key", "list");
    }

    [Fact]
    public async Task There_is_a_way_back_and_a_new_attestation_key_certifies_anew()
    {
        await Machine.DoAsync("attest", "--proof-key", "tpm");
        await Machine.DoAsync("attest", "--proof-key", "software");
        Assert.Equal(["enc"], await TpmKeysAsync());
        Assert.False(File.Exists(Path.Combine(Machine.State, "proof.json")));
        await Machine.DoAsync("key", "list");

        await Machine.DoAsync("attest", "--proof-key", "tpm");
        var before = await File.ReadAllTextAsync(Path.Combine(Machine.State, "proof.json"), Cancellation);
        await Machine.DoAsync("admin", "machines", "re-enroll", "web-1");
        await Machine.DoAsync("enroll", "web-1", "--new-key");
        await Machine.DoAsync("attest", "--proof-key", "tpm");
        Assert.NotEqual(before, await File.ReadAllTextAsync(Path.Combine(Machine.State, "proof.json"), Cancellation));
        Assert.Equal(["cnf", "enc"], await TpmKeysAsync());
        await Machine.DoAsync("key", "list");
    }

    private async Task<string[]> TpmKeysAsync()
    {
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Machine.State, "token.json"), Cancellation))!;
        var claims = JsonNode.Parse(CompactJws.Parse((string)kept["Token"]!).Payload)!;
        return [.. claims["keybroker.tpmKeys"]!.AsArray().Select(name => (string)name!).Order(StringComparer.Ordinal)];
    }
}
