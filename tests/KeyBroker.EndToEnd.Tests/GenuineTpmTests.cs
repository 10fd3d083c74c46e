using System.Diagnostics;
using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Client;
using KeyBroker.Testing;
using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>TPMs as their maker leaves them, certificates and all, before the broker that trusts the maker.</summary>
public sealed class GenuineTpmTests(GenuineMachine genuine) : IClassFixture<GenuineMachine>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc-p384-high")]
    public async Task Is_active_at_once_by_the_certificate_in_its_memory(string kind)
    {
        var machine = genuine.As("genuine-" + kind);
        var enrolled = JsonNode.Parse(await machine.DoAsync("enroll", "genuine-" + kind, "--ek", kind, "--output", "json"))!;
        Assert.Equal(("active", "ek-certificate"), ((string?)enrolled["status"], (string?)enrolled["trust"]));

        var shown = JsonNode.Parse(await machine.DoAsync("admin", "machines", "show", "genuine-" + kind, "--output", "json"))!;
        Assert.Equal(("id:00001014", "swtpm"), ((string?)shown["tpm"]!["manufacturer"], (string?)shown["tpm"]!["model"]));
        Assert.Contains("id:00001014 swtpm", await machine.DoAsync("admin", "machines", "list"));
    }

    [Fact]
    public async Task Is_let_in_by_its_make_alone_where_a_policy_says_so()
    {
        await using var tpm = await Swtpm.StartAsync(await genuine.Maker.MakeAsync());
        var machine = new Workload(genuine.Broker, tpm, genuine.Broker.NewFolder("by-make"));
        await machine.DoAsync("enroll", "by-make", "--ek", "rsa");
        await File.WriteAllTextAsync(Path.Combine(genuine.Broker.PolicyDirectory, "make.yaml"), $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: make }
            spec:
              machines: { anyGenuineTpm: true, manufacturer: ["id:00001014"], model: ["swtpm"] }
              pcrs: { require: [ { pcr: 0, anyOf: [ { value: "{{new string('0', 64)}}", unextended: true } ] } ] }
              grants: [ { keys: ["web/*"], allow: [create, sign] } ]
            """, Cancellation);
        await machine.DoAsync("admin", "policies", "reload");
        await machine.DoAsync("attest");
        await machine.DoAsync("key", "create", "web/by-make", "--type", "ec-p256");
    }

    [Theory]
    [InlineData("ecc")]
    [InlineData("rsa-high")]
    [InlineData("ecc-high")]
    public async Task Waits_where_there_is_no_certificate_for_the_kind_of_key(string kind)
    {
        var enrolled = await genuine.As("waits-" + kind).DoAsync("enroll", "waits-" + kind, "--ek", kind, "--output", "json");
        Assert.Equal("pending", (string?)JsonNode.Parse(enrolled)!["status"]);
    }

    [Fact]
    public async Task Is_refused_where_another_maker_made_it()
    {
        using var maker = new SwtpmMaker();
        await using var tpm = await Swtpm.StartAsync(await maker.MakeAsync());
        var machine = new Workload(genuine.Broker, tpm, genuine.Broker.NewFolder("stranger"));
        IsRefused(await machine.RunAsync("enroll", "stranger", "--ek", "rsa"));

        var without = await machine.DoAsync("enroll", "stranger", "--ek", "rsa", "--no-ek-certificate", "--output", "json");
        Assert.Equal("pending", (string?)JsonNode.Parse(without)!["status"]);
    }

    [Fact]
    public async Task Is_refused_with_the_certificate_of_another_TPM()
    {
        await using var tpm = await Swtpm.StartAsync(await genuine.Maker.MakeAsync());
        var file = Path.Combine(genuine.Broker.NewFolder("borrowed"), "ek.der");
        using (var other = MachineTpm.Open(tpm.Tcti))
        {
            await File.WriteAllBytesAsync(file, other.CertificateOf(EndorsementKeyKind.Rsa)!.Certificate, Cancellation);
        }

        IsRefused(await genuine.As("borrower").RunAsync("enroll", "borrower", "--ek", "rsa", "--new-key", "--ek-certificate", file));

        var owner = new Workload(genuine.Broker, tpm, genuine.Broker.NewFolder("owner"));
        var intermediates = Path.Combine(genuine.Maker.Roots, "issuercert.pem");
        await owner.DoAsync("enroll", "owner", "--ek", "rsa", "--ek-certificate", file, "--ek-intermediates", intermediates);
    }

    [Fact]
    public async Task Is_refused_while_it_is_on_the_deny_list()
    {
        await using var tpm = await Swtpm.StartAsync(await genuine.Maker.MakeAsync());
        var machine = new Workload(genuine.Broker, tpm, genuine.Broker.NewFolder("stolen"));
        await machine.DoAsync("enroll", "stolen", "--ek", "rsa");
        var shown = JsonNode.Parse(await machine.DoAsync("admin", "machines", "show", "stolen", "--output", "json"))!;
        await File.WriteAllTextAsync(genuine.DenyList, $"certificate {shown["tpm"]!["issuer"]} {shown["tpm"]!["serial"]}\n", Cancellation);
        var started = Stopwatch.GetTimestamp();
        Ran ran;
        while (!(ran = await machine.RunAsync("attest")).Error.Contains("machine-inactive", StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), ran.Error);
            await Task.Delay(50, Cancellation);
        }

        IsRefused(await machine.RunAsync("enroll", "stolen", "--ek", "rsa"));
    }

    /// <summary>The broker's own TPM, as its maker left it: who certified it, and by whom that can be known.</summary>
    [Fact]
    public async Task A_broker_shows_who_made_its_own_TPM()
    {
        await using var tpm = await Swtpm.StartAsync(await genuine.Maker.MakeAsync());
        await using var broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={tpm.Tcti}");
        await using var machine = await Workload.AllowedAsync(broker);
        var required = Path.Combine(machine.State, "broker.yaml");
        await File.WriteAllTextAsync(required, $$"""
            apiVersion: keybroker/v1
            kind: Broker
            metadata: { name: made }
            spec:
              endorsement: { roots: {{genuine.Maker.Roots}} }
              pcrs: { require: [ { pcr: 0, anyOf: [ { value: "{{new string('0', 64)}}", unextended: true } ] } ] }
            """, Cancellation);
        await machine.DoAsync("attest", "--require-broker", required);
        using var stranger = new SwtpmMaker();
        _ = await stranger.MakeAsync();
        await File.WriteAllTextAsync(required, (await File.ReadAllTextAsync(required, Cancellation)).Replace(genuine.Maker.Roots, stranger.Roots, StringComparison.Ordinal), Cancellation);
        Assert.Contains("ek-certificate", (await machine.RunAsync("attest", "--require-broker", required)).Error, StringComparison.Ordinal);

        await machine.DoAsync("key", "create", "web/made");
        var file = Path.Combine(machine.State, "made.json");
        await File.WriteAllTextAsync(file, await machine.DoAsync("key", "attestation", "web/made"), Cancellation);
        var shown = JsonNode.Parse(await machine.DoAsync("verify", "key-attestation", file, "--any-ak", "--roots", genuine.Maker.Roots, "--output", "json"))!;
        Assert.Equal(("swtpm", "not shown"), ((string?)shown["certifiedTpm"]!["model"], (string?)shown["certifiedTpm"]!["holdsAk"]));
        var described = JsonNode.Parse(await machine.DoAsync("broker", "attest", "--output", "json"))!;
        Assert.Equal((string?)described["endorsementKey"], (string?)shown["certifiedTpm"]!["machine"]);
        Assert.Equal((true, true), ((bool)described["holdsEndorsementKey"]!, (bool)described["isCertified"]!));
        var refused = await machine.RunAsync("verify", "key-attestation", file, "--any-ak", "--roots", stranger.Roots);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("no way from the issuer", refused.Error, StringComparison.Ordinal);
    }

    private static void IsRefused(Ran ran)
    {
        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Contains("enrollment-denied", ran.Error);
        Assert.Contains("ek-certificate", ran.Error);
    }
}
