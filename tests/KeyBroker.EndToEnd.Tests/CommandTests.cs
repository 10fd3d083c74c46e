using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Our command against a broker that runs, with a real TPM on either side.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Signs_with_a_key_in_the_tpm_and_verifies_also_after_rotation()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/signer");
        var pem = await machine.DoAsync("key", "show", "web/signer", "--pem");
        var message = Path.Combine(machine.State, "message");
        await File.WriteAllTextAsync(message, "pay 10 EUR", TestContext.Current.CancellationToken);

        var der = (await machine.RunAsync("key", "sign", "web/signer", "--file", message, "--raw-der")).Output;
        var signature = (await machine.DoAsync("key", "sign", "web/signer", "--message", "pay 10 EUR")).Trim();
        await machine.DoAsync("key", "rotate", "web/signer");

        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        Assert.True(key.VerifyData("pay 10 EUR"u8, der, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains("valid", await machine.DoAsync(
            "key", "verify", "web/signer", "--message", "pay 10 EUR", "--signature", signature, "--version", "1"));
        var forged = await machine.RunAsync(
            "key", "verify", "web/signer", "--message", "pay 11 EUR", "--signature", signature, "--version", "1");
        Assert.Equal((ExitCode.Denied, "not valid\n"), (forged.ExitCode, forged.Text));
    }

    [Fact]
    public async Task Signs_a_message_too_long_to_send()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/signer");
        using var key = ECDsa.Create();
        key.ImportFromPem(await machine.DoAsync("key", "show", "web/signer", "--pem"));
        var message = new byte[100_000];
        var file = Path.Combine(machine.State, "message");
        await File.WriteAllBytesAsync(file, message, TestContext.Current.CancellationToken);

        var der = (await machine.RunAsync("key", "sign", "web/signer", "--file", file, "--raw-der")).Output;

        Assert.True(key.VerifyData(message, der, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task Encrypts_and_decrypts_also_to_the_attested_key()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/records", "--type", "aes-256");

        var ciphertext = (await machine.DoAsync("key", "encrypt", "web/records", "--value", "the plan", "--aad", "row 7")).Trim();

        Assert.StartsWith("kb:v1:", ciphertext);
        string[] decrypt = ["key", "decrypt", "web/records", "--value", ciphertext, "--aad"];
        Assert.Equal("the plan", await machine.DoAsync([.. decrypt, "row 7"]));
        Assert.Equal("the plan", await machine.DoAsync([.. decrypt, "row 7", "--to", "enc"]));
        await machine.EditPolicyAsync("rotate] }", "rotate], to: enc }");
        Assert.Contains("operation-denied", (await machine.RunAsync([.. decrypt, "row 7"])).Error);
        Assert.Equal("the plan", await machine.DoAsync([.. decrypt, "row 7", "--to", "enc"]));
        var refused = await machine.RunAsync([.. decrypt, "row 8", "--to", "enc"]);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("ciphertext-invalid", refused.Error);
    }

    [Fact]
    public async Task Gets_back_the_bytes_of_a_secret()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var value = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var file = Path.Combine(machine.State, "value");
        await File.WriteAllBytesAsync(file, value, TestContext.Current.CancellationToken);

        await machine.DoAsync("secret", "put", "web/db-password", "--file", file);
        await machine.DoAsync("secret", "put", "web/token", "--generate", "32");

        Assert.Equal(value, (await machine.RunAsync("secret", "get", "web/db-password")).Output);
        Assert.Equal(32, (await machine.RunAsync("secret", "get", "web/token")).Output.Length);
        Assert.Contains("web/db-password", await machine.DoAsync("secret", "list"));
    }

    [Fact]
    public async Task Is_refused_after_tampering_and_let_in_again_by_an_edited_policy()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        var good = await machine.RegisterAsync(4);
        await machine.DoAsync("secret", "put", "web/db-password", "--value", "s3cret");
        await machine.DoAsync("pcr", "extend", "4", "--data", "rootkit");
        var bad = await machine.RegisterAsync(4);

        var refused = await machine.RunAsync("attest");
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("attestation-denied", refused.Error);
        Assert.Contains("policy web-tier PCR 4", refused.Error);
        Assert.Contains($"actual   {bad}", refused.Error);
        Assert.Contains("expected kernel 1", refused.Error);
        Assert.Equal(ExitCode.Denied, (await machine.RunAsync("secret", "get", "web/db-password")).ExitCode);

        await machine.AllowAsync(("kernel 1", good), ("kernel 2", bad));
        Assert.Equal("s3cret", await machine.DoAsync("secret", "get", "web/db-password"));
    }

    [Fact]
    public async Task Attests_anew_when_the_token_ended()
    {
        await using var broker = await BrokerProcess.StartAsync("--KeyBroker:TokenLifetime=6s");
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest");
        var first = Token(machine);

        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await machine.DoAsync("key", "list");

        Assert.NotEqual(first, Token(machine));
    }

    [Fact]
    public async Task Attests_anew_after_a_reboot_and_after_the_broker_does_not_know_the_token()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest");
        var path = Path.Combine(machine.State, "token.json");
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        kept["Token"] = "e30.e30.e30";
        await File.WriteAllTextAsync(path, kept.ToJsonString(), TestContext.Current.CancellationToken);

        await machine.DoAsync("key", "list");

        await machine.Tpm.ResetAsync();
        await machine.DoAsync("pcr", "extend", "4", "--data", "kernel 1");
        await machine.DoAsync("pcr", "extend", "7", "--data", "db");
        await machine.DoAsync("attest");
        await machine.DoAsync("key", "list");
    }

    [Fact]
    public async Task Keeps_working_over_a_restart_of_the_broker()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/signer");
        var signature = (await machine.DoAsync("key", "sign", "web/signer", "--message", "m")).Trim();
        await machine.DoAsync("secret", "put", "web/s", "--value", "kept");

        await broker.RestartAsync();

        await machine.DoAsync("key", "verify", "web/signer", "--message", "m", "--signature", signature);
        await machine.DoAsync("key", "sign", "web/signer", "--message", "m");
        Assert.Equal("kept", await machine.DoAsync("secret", "get", "web/s"));
    }

    [Fact]
    public async Task Enrolls_with_rsa_keys_and_twice()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.StartAsync(broker, "rsa");
        await machine.DoAsync("enroll", "rsa-1", "--ek", "rsa", "--ak", "rsa");

        await machine.DoAsync("admin", "machines", "approve", "rsa-1", "--label", "role=web");
        await machine.DoAsync("pcr", "extend", "4", "--data", "kernel 1");
        await machine.DoAsync("pcr", "extend", "7", "--data", "db");
        await machine.AllowAsync(("kernel 1", await machine.RegisterAsync(4)));
        await machine.DoAsync("attest");

        Assert.Contains("active", await machine.DoAsync("enroll", "rsa-1", "--ek", "rsa"));
        var other = await machine.RunAsync("enroll", "rsa-1", "--ek", "rsa", "--new-key");
        Assert.Contains("identity-conflict", other.Error);
        await machine.DoAsync("admin", "machines", "re-enroll", "rsa-1");
        await machine.DoAsync("enroll", "rsa-1", "--ek", "rsa", "--new-key");
    }

    [Fact]
    public async Task Administers_machines_keys_and_policies()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("attest");
        await machine.DoAsync("key", "create", "web/signer");

        Assert.Contains("role=web", await machine.DoAsync("admin", "machines", "list"));
        Assert.Contains("web/signer", await machine.DoAsync("admin", "keys", "list"));
        Assert.Contains("ec-p256", await machine.DoAsync("admin", "keys", "show", "web/signer"));
        Assert.Contains("web-tier", await machine.DoAsync("admin", "policies", "list"));
        Assert.Contains("policy web-tier holds", await machine.DoAsync("admin", "policies", "evaluate", "web-1"));
        Assert.Contains("web-tier", await machine.DoAsync("admin", "attestations", "list"));
        await machine.DoAsync("admin", "machines", "reset-boot", "web-1");
        await machine.DoAsync("admin", "machines", "register", $"sha256-{new string('a', 64)}", "web-2");
        await machine.DoAsync("admin", "machines", "labels", "web-1", "--label", "role=db");
        Assert.Contains("attestation-denied", (await machine.RunAsync("key", "list")).Error);
        await machine.DoAsync("admin", "machines", "revoke", "web-1", "--reason", "stolen");
        Assert.Contains("machine-inactive", (await machine.RunAsync("key", "list")).Error);
    }

    [Fact]
    public async Task Answers_in_json_when_asked()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);

        var created = JsonNode.Parse(await machine.DoAsync("key", "create", "web/signer", "--output", "json"))!;

        Assert.Equal("web/signer", (string?)created["key"]!["name"]);
        Assert.Equal("web-tier", (string?)created["att"]!["policy"]);
    }

    private static string Token(Workload machine) => File.ReadAllText(Path.Combine(machine.State, "token.json"), Encoding.UTF8);
}
