using KeyBroker.Client;

namespace KeyBroker.Cli.Doctor;

/// <summary>The broker answers and is ready, and its clock agrees with ours.</summary>
internal static class BrokerCheck
{
    // Proofs are good for 60 s around the broker's time (RFC 9449; specs/tokens.md).
    private static readonly TimeSpan s_tolerated = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan s_suspicious = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Invocation call)
    {
        var broker = call.BrokerUrl();
        try
        {
            var status = await BrokerProbe.AskAsync(broker, TimeProvider.System, call.Cancelled);
            return [Readiness(broker, status), Clock(status)];
        }
        catch (BrokerUnreachableException unreachable)
        {
            return [Finding.Fail("broker", unreachable.Message, "start keybrokerd, or name another with --broker or KEYBROKER_BROKER")];
        }
    }

    private static Finding Readiness(Uri broker, BrokerStatus status)
    {
        if (status.NotReady is not { } problem)
        {
            return Finding.Ok("broker", $"{broker} is ready");
        }

        var parts = problem.Reasons.Select(reason => reason.Message).DefaultIfEmpty(problem.Title);
        return Finding.Fail("broker", $"{broker} is not ready: {string.Join(", ", parts)}", "look at the log of keybrokerd on its host");
    }

    private static Finding Clock(BrokerStatus status)
    {
        if (status.Date is not { } date)
        {
            return Finding.Warn("clock", "the broker does not tell its time", "compare the clocks by hand: proofs are good for 60 s");
        }

        // The header has whole seconds.
        var skew = status.Asked - date;
        var off = $"{Math.Abs(skew.TotalSeconds):0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the broker's";
        const string Advice = "switch time synchronisation on, here and there: timedatectl set-ntp true";
        return skew.Duration() > s_tolerated ? Finding.Fail("clock", $"{off}: proofs are refused", Advice)
            : skew.Duration() > s_suspicious ? Finding.Warn("clock", off, Advice)
            : Finding.Ok("clock", "agrees with the broker's");
    }
}
