using System.Diagnostics;
using KeyBroker.Tests.Http.Grants;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>USE-8: what was let in and waits for the TPM is let out only if it would still be let in.</summary>
public sealed class StandingAccessTests
{
    private const string Seal = """secrets: ["gt/*"], allow: [seal]""";
    private const string Create = """keys: ["gt/*"], allow: [create]""";

    [Theory]
    [InlineData("PUT", "/v1/secrets/gt%2Fslow", """{"value":"AAEC"}""")]
    [InlineData("POST", "/v1/keys", """{"name":"gt/slow","type":"ec-p256"}""")]
    public async Task A_machine_that_was_revoked_meanwhile_is_answered_nothing(string method, string path, string body)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await GrantPolicy.MachineAsync(broker, Seal, Create);
        var answer = await WaitingAsync(broker, machine, (method, path, body), () => broker.AdministerAsync($"machines/{machine.Id}/revoke"));
        answer.IsRefused(403, "machine-inactive");
        var store = new BrokerStore(broker);
        Assert.Equal((0L, 0L, 0L), (store.Count("secrets"), store.Count("keys"), store.Count("intents")));
    }

    [Fact]
    public async Task So_is_one_whose_boot_order_began_anew()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await GrantPolicy.MachineAsync(broker, Seal);
        var answer = await WaitingAsync(
            broker, machine, ("PUT", "/v1/secrets/gt%2Fslow", """{"value":"AAEC"}"""), () => broker.AdministerAsync($"machines/{machine.Id}/reset-boot"));
        answer.IsRefused(401, "token-invalid");
    }

    [Theory]
    [InlineData("""secrets: ["gt/*"], allow: [release]""", 403, "operation-denied")]
    [InlineData("""secrets: ["other/*"], allow: [seal]""", 403, "operation-denied")]
    [InlineData("""secrets: ["gt/*"], allow: [seal, read]""", 201, null)]
    public async Task A_policy_that_was_changed_meanwhile_decides(string grant, int status, string? code)
    {
        await using var broker = await RunningBroker.StartAsync();
        await GrantPolicy.WriteAsync(broker, "changing", Seal);
        using var machine = await SoftwareMachine.AttestedAsync(broker, "changing");
        var answer = await WaitingAsync(
            broker, machine, ("PUT", "/v1/secrets/gt%2Fslow", """{"value":"AAEC"}"""), () => GrantPolicy.WriteAsync(broker, "changing", grant));
        Assert.Equal((status, code), (answer.Status, status == 201 ? null : answer.Code));
    }

    [Fact]
    public async Task What_somebody_else_is_changed_in_plays_no_part()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await GrantPolicy.MachineAsync(broker, Seal);
        using var other = await SoftwareMachine.ActiveAsync(broker);
        var answer = await WaitingAsync(
            broker, machine, ("PUT", "/v1/secrets/gt%2Fslow", """{"value":"AAEC"}"""), () => broker.AdministerAsync($"machines/{other.Id}/revoke"));
        Assert.Equal(201, answer.Status);
    }

    /// <summary>Sends a request that makes something, and does something else while the TPM keeps it waiting.</summary>
    private static async Task<Answer> WaitingAsync(
        RunningBroker broker, SoftwareMachine machine, (string Method, string Path, string Body) request, Func<Task> meanwhile)
    {
        var store = new BrokerStore(broker);
        await broker.Tpm.SuspendAsync();
        var waiting = machine.CallAsync(request.Method, request.Path, request.Body);
        var started = Stopwatch.GetTimestamp();
        while (store.Count("intents") == 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "it was not let in");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await meanwhile();
        await broker.Tpm.ResumeAsync();
        return await waiting;
    }
}
