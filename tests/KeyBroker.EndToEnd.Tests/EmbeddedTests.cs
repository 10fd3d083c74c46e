using System.Diagnostics;
using System.Security.Cryptography;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>keybrokerd with its own swtpm: whatever way the broker ends, none is left, and the state directory has one broker.</summary>
public sealed class EmbeddedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_swtpm_is_left_after_the_end_or_the_death_of_the_broker()
    {
        await using var broker = await BrokerProcess.StartAsync();
        Assert.Single(EmbeddedSwtpm.Find(broker.StateDirectory));

        await broker.KillAsync();
        await EmbeddedSwtpm.AwaitNoneAsync(broker.StateDirectory);

        await broker.StartAgainAsync();
        Assert.Equal(0, await broker.StopAsync());
        Assert.Empty(EmbeddedSwtpm.Find(broker.StateDirectory));

        Assert.Equal(
            "keybrokerd: swtpm is not installed, which KeyBroker:Tpm=embedded needs: apt-get install swtpm\n",
            await FailureOfAsync(broker.Launch(path: "/nonexistent")));
    }

    [Fact]
    public async Task A_swtpm_that_was_stopped_when_its_broker_died_is_ended_by_the_next_which_may_die_while_it_starts()
    {
        await using var broker = await BrokerProcess.StartAsync();
        var before = await EmbeddedSwtpm.AwaitAsync(broker.StateDirectory);
        Signal.Stop(before);
        await broker.KillAsync();
        Assert.Equal([before], EmbeddedSwtpm.Find(broker.StateDirectory));

        for (var n = 0; n < 3; n++)
        {
            using var starting = broker.Launch();
            before = await EmbeddedSwtpm.AwaitAsync(broker.StateDirectory, before);
            await Task.Delay(RandomNumberGenerator.GetInt32(20), Cancellation);
            starting.Kill();
            await starting.WaitForExitAsync(Cancellation);
            await EmbeddedSwtpm.AwaitNoneAsync(broker.StateDirectory);
        }

        await broker.StartAgainAsync();
        Assert.Single(EmbeddedSwtpm.Find(broker.StateDirectory));
    }

    [Fact]
    public async Task Of_many_on_one_state_directory_one_runs_and_the_others_say_why_not()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await AssertRefusedAsync(broker.Launch());
        var before = await EmbeddedSwtpm.AwaitAsync(broker.StateDirectory);

        await broker.KillAsync();
        var others = new[] { broker.Launch(), broker.Launch(), broker.Launch() };
        var ended = others.Select(other => other.WaitForExitAsync(Cancellation)).ToList();
        for (var n = 0; n < others.Length - 1; n++)
        {
            ended.Remove(await Task.WhenAny(ended));
        }

        Assert.NotEqual(before, await EmbeddedSwtpm.AwaitAsync(broker.StateDirectory, before));
        var running = Assert.Single(others, other => !other.HasExited);
        await Task.WhenAll(others.Where(other => other != running).Select(AssertRefusedAsync));
        running.Kill();
        await running.WaitForExitAsync(Cancellation);
        running.Dispose();
    }

    [Fact]
    public async Task Whoever_asks_for_help_gets_it_and_no_broker()
    {
        await using var broker = await BrokerProcess.StartAsync();
        using var asked = broker.LaunchWith("--help");

        Assert.Contains("PolicyDirectory", await asked.StandardOutput.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        await asked.WaitForExitAsync(Cancellation);
        Assert.Equal(0, asked.ExitCode);
    }

    private static async Task AssertRefusedAsync(Process refused) => Assert.StartsWith(
        "keybrokerd: stop the broker that uses ", await FailureOfAsync(refused), StringComparison.Ordinal);

    private static async Task<string> FailureOfAsync(Process failing)
    {
        using (failing)
        {
            var output = failing.StandardOutput.ReadToEndAsync(Cancellation);
            var error = await failing.StandardError.ReadToEndAsync(Cancellation);
            await failing.WaitForExitAsync(Cancellation);
            Assert.Equal((1, ""), (failing.ExitCode, await output));
            return error;
        }
    }
}
