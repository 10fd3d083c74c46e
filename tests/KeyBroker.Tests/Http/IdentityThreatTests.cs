using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threats A01, A04, A11, A15 and G09 over HTTP, each with its unmodified control.</summary>
public sealed class IdentityThreatTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task A01_neither_another_attempts_secret_nor_an_empty_one_activates()
    {
        using var machine = new SoftwareMachine(broker);
        using var other = new SoftwareMachine(broker);
        var theirs = await other.RequestEnrollmentAsync();
        foreach (var secret in new[] { other.Open(theirs, other.Ak.Public), [] })
        {
            (await machine.ActivateAsync(await machine.RequestEnrollmentAsync(), secret)).IsRefused(403, "enrollment-denied");
            (await machine.AttestAsync()).IsRefused(403, "machine-inactive");
        }

        Assert.Equal(200, (await machine.EnrollAsync()).Status);
    }

    [Fact]
    public async Task A04_the_credential_is_bound_to_the_name_of_the_very_bytes_sent()
    {
        using var machine = new SoftwareMachine(broker);
        var ak = machine.Ak.Public;
        var changed = ak with { Attributes = ak.Attributes ^ ObjectAttributes.NoDa };
        var opened = await machine.RequestEnrollmentAsync(changed);
        Assert.Equal(201, opened.Status);
        (await machine.ActivateAsync(opened, machine.Open(opened, ak))).IsRefused(403, "enrollment-denied");
        Assert.Equal(200, (await machine.EnrollAsync()).Status);
    }

    [Fact]
    public async Task A11_a_takeover_changes_nothing_and_is_recorded()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        using var otherAk = SoftwareAttestationKey.EccP256();
        var before = await MachineAsync(machine);
        (await machine.RequestEnrollmentAsync(otherAk.Public)).IsRefused(409, "identity-conflict");
        Assert.Equal(before, await MachineAsync(machine));
        var audit = await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        Assert.Contains("identity-conflict", audit, StringComparison.Ordinal);
        Assert.Equal(200, (await machine.AttestAsync()).Status);
    }

    [Fact]
    public async Task A15_no_answer_repeats_a_secret()
    {
        using var machine = new SoftwareMachine(broker);
        var opened = await machine.RequestEnrollmentAsync();
        var (right, wrong) = (machine.Open(opened, machine.Ak.Public), RandomNumberGenerator.GetBytes(32));
        var refused = await machine.ActivateAsync(opened, wrong);
        refused.IsRefused(403, "enrollment-denied");
        var audit = await broker.Admin.GetStringAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        foreach (var secret in new[] { right, wrong })
        {
            Assert.DoesNotContain(Base64Url.Encode(secret), refused.Text + refused.Headers + audit, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(secret), refused.Text + refused.Headers + audit, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>By a caller who may do everything with every name, and by an administrator: there is no key there, nor does one come to be.</summary>
    [Theory]
    [InlineData("system%2Ftoken")]
    [InlineData("system%2Fresult")]
    [InlineData("signing-keys%2Fresult")]
    [InlineData("0x81000001")]
    [InlineData("0x81010001")]
    [InlineData("81000001")]
    [InlineData("token")]
    [InlineData("result")]
    [InlineData("ak")]
    [InlineData("srk")]
    [InlineData("root")]
    [InlineData("fleet")]
    public async Task G09_the_brokers_own_keys_have_no_name(string name)
    {
        using var machine = await AlmightyAsync();
        await NothingIsAtAsync(machine, name, 404, "not-found");
    }

    [Fact]
    public async Task G09_nor_are_they_found_by_their_kid_or_by_the_TPMs_name()
    {
        using var machine = await AlmightyAsync();
        await NothingIsAtAsync(machine, await AttestationKeyAsync(), 400, "request-malformed"); // Longer than a name may be.
        foreach (var kid in System.Text.Json.Nodes.JsonNode.Parse(await broker.Tcp.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken))!["keys"]!.AsArray())
        {
            // A thumbprint has capitals, and so is no name; in small letters it is one, of nothing.
            await NothingIsAtAsync(machine, (string)kid!["kid"]!, 400, "request-malformed");
            await NothingIsAtAsync(machine, "x" + ((string)kid["kid"]!).ToLowerInvariant().Trim('-', '_').Replace('_', '-'), 404, "not-found");
        }
    }

    private async Task NothingIsAtAsync(SoftwareMachine machine, string name, int status, string code)
    {
        foreach (var (verb, body) in new[]
        {
            ("sign", """{"alg":"ES256","message":"AA"}"""), ("verify", """{"alg":"ES256","message":"AA","signature":"AA"}"""), ("rotate", "{}"),
            ("decrypt", """{"ciphertext":"kb:v1:AA"}"""), ("release", """{"to":"enc"}"""),
        })
        {
            (await machine.CallAsync("POST", $"/v1/keys/{name}/{verb}", body)).IsRefused(status, code);
        }

        (await machine.CallAsync("GET", $"/v1/keys/{name}")).IsRefused(status, code);
        (await machine.CallAsync("GET", $"/v1/keys/{name}/attestation")).IsRefused(status, code);
        (await machine.CallAsync("POST", $"/v1/secrets/{name}/release", """{"to":"enc"}""")).IsRefused(status, code);
        foreach (var verb in new[] { "rotate", "suspend", "revoke", "destroy" })
        {
            using var answer = await broker.Admin.PostAsync(
                $"/v1/admin/keys/{name}/{verb}", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode is 404 or 400, $"{verb} {name}: {text}");
        }

        using var published = await broker.Tcp.GetAsync("/v1/broker/signing-keys", TestContext.Current.CancellationToken);
        Assert.True(published.IsSuccessStatusCode);
    }

    /// <summary>A machine that a policy lets do everything with every name.</summary>
    private async Task<SoftwareMachine> AlmightyAsync()
    {
        broker.WritePolicy("almighty", SoftwareMachine.GoodRegister, Keeper.Everything);
        var file = Path.Combine(broker.Policies, "almighty.yaml");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, text.Replace("[\"web/*\"]", "[\"*\", \"*/**\"]", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await broker.AdministerAsync("policies/reload");
        return await SoftwareMachine.AttestedAsync(broker, "almighty");
    }

    private async Task<string> AttestationKeyAsync() => (string)System.Text.Json.Nodes.JsonNode.Parse(
        await broker.Tcp.GetStringAsync("/v1/broker/signing-keys", TestContext.Current.CancellationToken))!["ak"]!["name"]!;

    private Task<string> MachineAsync(SoftwareMachine machine) =>
        broker.Admin.GetStringAsync($"/v1/admin/machines/{machine.Id}", TestContext.Current.CancellationToken);
}
