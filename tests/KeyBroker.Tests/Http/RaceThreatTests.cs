using KeyBroker.Tests.Http.Api;
using KeyBroker.Tests.Telemetry;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Many callers at one instant: threat E04, and rotations that must not lose each other. Alone, for they take the whole machine.</summary>
[Collection(nameof(Alone))]
public sealed class RaceThreatTests
{
    private const int Rounds = 5;
    private const int Posts = 50;
    private const int Rotations = 480;

    [Fact]
    public async Task E04_of_fifty_posts_of_one_bundle_one_succeeds()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        for (var round = 0; round < Rounds; round++)
        {
            var bundle = await ApiWalk.EvidenceAsync(machine);
            var answers = await Task.WhenAll(Enumerable.Range(0, Posts).Select(_ => machine.PostAsync("/v1/attestations", bundle)));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(409, "challenge-used"));
        }
    }

    /// <summary>Each waits for its turn, however many; the deadline is not what this is about.</summary>
    [Fact]
    public async Task Rotations_of_one_key_all_happen_and_leave_no_gap()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=5m", "--KeyBroker:TokenLifetime=1h");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/spun","type":"aes-256"}""")).Status);

        var answers = await Task.WhenAll(Enumerable.Range(0, Rotations).Select(_ => machine.CallAsync("POST", "/v1/keys/web%2Fspun/rotate")));
        Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Text));
        Assert.Equal(
            Enumerable.Range(2, Rotations),
            answers.Select(answer => answer.Json["key"]!["version"]!.GetValue<int>()).Order());
        var key = (await machine.CallAsync("GET", "/v1/keys/web%2Fspun")).Json["result"]!;
        Assert.Equal(
            Enumerable.Range(1, Rotations + 1), key["versions"]!.AsArray().Select(version => version!["version"]!.GetValue<int>()).Order());
        Assert.Equal(Rotations + 1, key["primary"]!.GetValue<int>());
        Assert.Single(key["versions"]!.AsArray(), version => (string)version!["state"]! == "active");
    }
}
