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

    [Theory]
    [InlineData("system%2Ftoken")]
    [InlineData("0x81000001")]
    [InlineData("signing-keys%2Fresult")]
    public async Task G09_the_brokers_own_keys_have_no_name(string name)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        (await machine.CallAsync("POST", $"/v1/keys/{name}/sign", """{"alg":"ES256","message":"AA"}""")).IsRefused(404, "not-found");
        (await machine.CallAsync("POST", $"/v1/keys/{name}/rotate")).IsRefused(404, "not-found");
    }

    private Task<string> MachineAsync(SoftwareMachine machine) =>
        broker.Admin.GetStringAsync($"/v1/admin/machines/{machine.Id}", TestContext.Current.CancellationToken);
}
