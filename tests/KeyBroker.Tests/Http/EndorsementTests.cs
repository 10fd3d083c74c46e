using System.Diagnostics;
using KeyBroker.Configuration;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>EK certificates over HTTP: whom they make active, what policies may ask of them, and how a TPM is kept out.</summary>
public sealed class EndorsementTests(CertifyingBroker certifying) : IClassFixture<CertifyingBroker>
{
    private const string Firmware = "id:20240125";

    private RunningBroker Broker => certifying.Broker;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certified_TPM_is_active_at_once_and_its_make_is_known()
    {
        using var machine = new SoftwareMachine(Broker);
        var active = (await certifying.EnrollAsync(machine)).Json;
        Assert.Equal(("active", "ek-certificate"), (active["status"]!.GetValue<string>(), active["trust"]!.GetValue<string>()));

        var shown = await certifying.ShowAsync(machine);
        Assert.Equal("id:00001014 swtpm " + Firmware, $"{shown["tpm"]!["manufacturer"]} {shown["tpm"]!["model"]} {shown["tpm"]!["firmware"]}");
        Assert.Equal("010203", shown["tpm"]!["serial"]!.GetValue<string>());
        Assert.False(shown["registered"]!.GetValue<bool>());

        await certifying.AllowAsync("anyGenuineTpm: true");
        Assert.Equal(200, (await machine.AttestAsync()).Status);
        await certifying.AllowAsync("labels: {}");
        (await machine.AttestAsync()).IsRefused(403, "attestation-denied"); // Genuine, and nobody's.
        await Broker.AdministerAsync($"machines/{machine.Id}/labels", """{"labels":{"role":"web"}}""");
        Assert.Equal(200, (await machine.AttestAsync()).Status);
    }

    [Fact]
    public async Task A_certificate_that_does_not_chain_or_is_of_another_key_is_refused()
    {
        using var machine = new SoftwareMachine(Broker);
        using var stranger = new TpmMaker(TimeProvider.System.GetUtcNow());
        using var another = new SoftwareMachine(Broker);
        var before = new BrokerStore(Broker).Rows();
        await IsRefusedAsync(machine, stranger.Certify(machine.Ek), [stranger.Intermediate]);
        await IsRefusedAsync(machine, certifying.Maker.Certify(another.Ek));
        await IsRefusedAsync(machine, certifying.Maker.Certify(machine.Ek), []);
        await IsRefusedAsync(machine, [0x30, 0x00]);
        await IsRefusedAsync(machine, []);
        Assert.Equal(before, new BrokerStore(Broker).Rows());
    }

    [Fact]
    public async Task Without_a_certificate_a_machine_waits_and_with_one_the_wait_ends()
    {
        using var machine = new SoftwareMachine(Broker);
        Assert.Equal("pending", (await machine.EnrollAsync()).Json["status"]!.GetValue<string>());
        Assert.Equal("active", (await certifying.EnrollAsync(machine)).Json["status"]!.GetValue<string>());
        Assert.Equal("ek-certificate", (await machine.EnrollAsync()).Json["trust"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_registered_machine_with_a_certificate_rests_on_both()
    {
        using var machine = new SoftwareMachine(Broker);
        _ = await machine.RequestEnrollmentAsync();
        await Broker.AdministerAsync("machines", $$"""{"machine":"{{machine.Id}}","name":"{{machine.Name}}"}""");
        Assert.Equal("ek-certificate", (await certifying.EnrollAsync(machine)).Json["trust"]!.GetValue<string>());
        Assert.True((await certifying.ShowAsync(machine))["registered"]!.GetValue<bool>());
        foreach (var trust in new[] { "pre-registered", "ek-certificate" })
        {
            await certifying.AllowAsync($"trust: [{trust}]");
            Assert.Equal(200, (await machine.AttestAsync()).Status);
        }

        await certifying.AllowAsync("trust: [approved]");
        (await machine.AttestAsync()).IsRefused(403, "attestation-denied", "policy-trust");
    }

    [Theory]
    [InlineData("manufacturer: [\"id:00001014\"]", true)]
    [InlineData("manufacturer: [\"id:49465800\", \"id:00001014\"]", true)]
    [InlineData("manufacturer: [\"id:0000*\"], model: [swtpm]", true)]
    [InlineData("model: [\"sw*\"], firmware: [\"id:2024*\"]", true)]
    [InlineData("model: [\"*\"]", true)]
    [InlineData("model: [SWTPM]", true)]
    [InlineData("manufacturer: [\"id:49465800\"]", false)]
    [InlineData("model: [sw]", false)]
    [InlineData("model: [swtpm], firmware: [\"id:2025*\"]", false)]
    public async Task A_policy_may_ask_for_makes(string makes, bool holds)
    {
        using var certified = new SoftwareMachine(Broker);
        using var approved = await SoftwareMachine.ActiveAsync(Broker, "other");
        Assert.Equal(200, (await certifying.EnrollAsync(certified)).Status);
        await certifying.AllowAsync($"anyGenuineTpm: true, {makes}");
        Assert.Equal(holds ? 200 : 403, (await certified.AttestAsync()).Status);
        await certifying.AllowAsync($"trust: [ek-certificate, pre-registered, approved], {makes}");
        (await approved.AttestAsync()).IsRefused(403, "attestation-denied"); // No certificate, no make.
    }

    [Theory]
    [InlineData("machine {0}")]
    [InlineData("certificate {1} 1:02:03  # stolen")]
    [InlineData("firmware ID:00001014 id:2024")]
    public async Task A_TPM_on_the_deny_list_does_not_enrol_and_does_not_go_on(string line)
    {
        using var machine = new SoftwareMachine(Broker);
        using var fresh = new SoftwareMachine(Broker);
        Assert.Equal(200, (await certifying.EnrollAsync(machine)).Status);
        await certifying.AllowAsync("anyGenuineTpm: true");
        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
        _ = await fresh.RequestEnrollmentAsync();
        var issuer = (await certifying.ShowAsync(machine))["tpm"]!["issuer"];
        try
        {
            var name = line.Contains("{0}", StringComparison.Ordinal) ? fresh.Id : "";
            await DenyAsync(
                string.Format(System.Globalization.CultureInfo.InvariantCulture, line, machine.Id, issuer)
                + (name.Length > 0 ? $"\nmachine {name}\n" : "\n"),
                async () => (await machine.CallAsync("GET", "/v1/keys")).Status == 403);
            (await machine.CallAsync("GET", "/v1/keys")).IsRefused(403, "machine-inactive");
            (await machine.AttestAsync()).IsRefused(403, "machine-inactive");
            Assert.True((await certifying.ShowAsync(machine))["denyListed"]!.GetValue<bool>());
            (await certifying.EnrollAsync(fresh)).IsRefused(403, "enrollment-denied", "ek-certificate");

            // A bad edit, and a file that is gone, leave the last good list in force.
            await File.WriteAllTextAsync(certifying.DenyList, "machine web-1\n", Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            (await machine.AttestAsync()).IsRefused(403, "machine-inactive");
            File.Delete(certifying.DenyList);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            (await machine.AttestAsync()).IsRefused(403, "machine-inactive");
        }
        finally
        {
            await DenyAsync("", async () => (await machine.AttestAsync()).Status == 200);
        }

        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        Assert.Equal(200, (await certifying.EnrollAsync(fresh)).Status);
    }

    [Fact]
    public async Task An_attempt_that_is_open_when_its_TPM_is_denied_does_not_end_well()
    {
        using var machine = new SoftwareMachine(Broker);
        var opened = await machine.RequestEnrollmentAsync();
        try
        {
            await DenyAsync($"machine {machine.Id}", async () => (await machine.RequestEnrollmentAsync()).Status == 403);
            (await machine.ActivateAsync(opened, machine.Open(opened, machine.Ak.Public))).IsRefused(403, "enrollment-denied", "ek-certificate");
        }
        finally
        {
            await DenyAsync("", async () => (await machine.RequestEnrollmentAsync()).Status == 201);
        }
    }

    [Theory]
    [InlineData("UPDATE machines SET model = 'another' WHERE id = '{0}'")]
    [InlineData("UPDATE machines SET registered = 1 WHERE id = '{0}'")]
    [InlineData("UPDATE machines SET ek_serial = '99' WHERE id = '{0}'")]
    [InlineData("UPDATE machines SET manufacturer = NULL WHERE id = '{0}'")]
    public async Task An_edit_of_what_a_certificate_said_is_seen(string edit)
    {
        using var machine = new SoftwareMachine(Broker);
        Assert.Equal(200, (await certifying.EnrollAsync(machine)).Status);
        await certifying.AllowAsync("anyGenuineTpm: true");
        new BrokerStore(Broker).Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, edit, machine.Id));
        (await machine.AttestAsync()).IsRefused(503, "store-unavailable");
    }

    [Theory]
    [InlineData("EndorsementRoots", "")]
    [InlineData("EndorsementRoots", "only-an-intermediate")]
    [InlineData("EndorsementRoots", "text")]
    [InlineData("EndorsementDenyList", "")]
    [InlineData("EndorsementDenyList", "line")]
    public async Task Roots_or_a_deny_list_that_cannot_be_used_stop_the_start(string setting, string content)
    {
        var folder = Directory.CreateTempSubdirectory("kb-bad-");
        if (content.Length > 0)
        {
            var bytes = content == "only-an-intermediate"
                ? certifying.Maker.Intermediate
                : System.Text.Encoding.UTF8.GetBytes("machine web-1\n");
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "file"), bytes, Cancellation);
        }

        var path = setting == "EndorsementRoots" ? folder.FullName : Path.Combine(folder.FullName, "file");
        var failure = await Assert.ThrowsAsync<StartupException>(() => RunningBroker.StartAsync($"--KeyBroker:{setting}={path}"));
        Assert.Contains($"KeyBroker:{setting}", failure.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private async Task IsRefusedAsync(SoftwareMachine machine, byte[] certificate, byte[][]? intermediates = null) =>
        (await certifying.EnrollAsync(machine, certificate, intermediates)).IsRefused(403, "enrollment-denied", "ek-certificate");

    private async Task DenyAsync(string list, Func<Task<bool>> isInForce)
    {
        await File.WriteAllTextAsync(certifying.DenyList, list, Cancellation);
        var started = Stopwatch.GetTimestamp();
        while (!await isInForce())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "the deny list is not read again");
            await Task.Delay(50, Cancellation);
        }
    }
}
