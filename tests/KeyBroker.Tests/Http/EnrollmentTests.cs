using System.Security.Cryptography;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 3 over HTTP: who may be whom. What may be wrong with a request is in tests/vectors/enrolment.</summary>
public sealed class EnrollmentTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task A_secret_works_once_and_a_wrong_one_ends_only_its_own_attempt()
    {
        using var machine = new SoftwareMachine(broker);
        var (first, second) = (await machine.RequestEnrollmentAsync(), await machine.RequestEnrollmentAsync());
        (await machine.ActivateAsync(first, RandomNumberGenerator.GetBytes(32))).IsRefused(403, "enrollment-denied");
        (await machine.ActivateAsync(first, machine.Open(first, machine.Ak.Public))).IsRefused(410, "enrollment-expired");

        var secret = machine.Open(second, machine.Ak.Public);
        var activated = await machine.ActivateAsync(second, secret);
        Assert.Equal("pending", activated.Json["status"]!.GetValue<string>());
        Assert.Null(activated.Json["trust"]);
        (await machine.ActivateAsync(second, secret)).IsRefused(410, "enrollment-expired");
        (await machine.AttestAsync()).IsRefused(403, "machine-inactive");
    }

    [Fact]
    public async Task A_registered_machine_is_active_at_once_under_its_name_and_labels()
    {
        using var machine = new SoftwareMachine(broker);
        await machine.RequestEnrollmentAsync();
        await broker.AdministerAsync("machines", $$"""{"machine":"{{machine.Id}}","name":"{{machine.Name}}","labels":{"role":"web-tier"} }""");
        var activated = await machine.EnrollAsync();
        Assert.Equal(("active", "pre-registered"), (activated.Json["status"]!.GetValue<string>(), activated.Json["trust"]!.GetValue<string>()));
        Assert.Equal(200, (await machine.AttestAsync()).Status);
    }

    [Fact]
    public async Task Identity_is_for_life_until_an_administrator_allows_another()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        Assert.Equal("active", (await machine.EnrollAsync()).Json["status"]!.GetValue<string>());

        using var otherAk = SoftwareAttestationKey.EccP256();
        (await machine.RequestEnrollmentAsync(otherAk.Public)).IsRefused(409, "identity-conflict");
        using var twin = new SoftwareMachine(broker, machine.Name);
        (await twin.RequestEnrollmentAsync()).IsRefused(409, "identity-conflict");

        await broker.AdministerAsync($"machines/{machine.Id}/re-enroll");
        Assert.Equal("active", (await machine.EnrollAsync(otherAk.Public)).Json["status"]!.GetValue<string>());
        (await machine.AttestAsync()).IsRefused(403, "attestation-denied", "quote-signature");
        Assert.Equal(200, (await machine.AttestAsync(e => e with { Key = otherAk })).Status);
    }

    [Fact]
    public async Task Of_many_attestation_keys_activated_at_once_one_wins_and_is_the_one_that_attests()
    {
        using var machine = new SoftwareMachine(broker);
        var keys = Enumerable.Range(0, 12).Select(_ => SoftwareAttestationKey.EccP256()).ToArray();
        var opened = new List<Answer>();
        foreach (var key in keys)
        {
            opened.Add(await machine.RequestEnrollmentAsync(key.Public));
        }

        var activated = await Task.WhenAll(
            opened.Select((attempt, at) => machine.ActivateAsync(attempt, machine.Open(attempt, keys[at].Public))));
        var winner = Array.FindIndex(activated, answer => answer.Status == 200);
        Assert.All(activated.Where((_, at) => at != winner), answer => answer.IsRefused(409, "identity-conflict"));

        await broker.AdministerAsync($"machines/{machine.Id}/approve", """{"labels":{"role":"web-tier"} }""");
        Assert.Equal(200, (await machine.AttestAsync(evidence => evidence with { Key = keys[winner] })).Status);
        (await machine.AttestAsync(evidence => evidence with { Key = keys[(winner + 1) % keys.Length] }))
            .IsRefused(403, "attestation-denied", "quote-signature");
    }

    [Fact]
    public async Task Of_two_pending_machines_of_one_name_one_becomes_active()
    {
        using var first = new SoftwareMachine(broker);
        using var second = new SoftwareMachine(broker, first.Name);
        Assert.Equal(200, (await first.EnrollAsync()).Status);
        Assert.Equal(200, (await second.EnrollAsync()).Status);

        var approved = await Task.WhenAll(ApproveAsync(first), ApproveAsync(second));
        Assert.Equal([200, 409], approved.Order());
    }

    private async Task<int> ApproveAsync(SoftwareMachine machine)
    {
        using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await broker.Admin.PostAsync(
            $"/v1/admin/machines/{machine.Id}/approve", body, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
