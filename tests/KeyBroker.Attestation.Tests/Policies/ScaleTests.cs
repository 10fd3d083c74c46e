using System.Globalization;
using KeyBroker.Attestation.Policies;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

public sealed class ScaleTests
{
    private const int Count = 10_000;

    [Fact]
    public void Decides_by_the_one_policy_and_baseline_of_10_000()
    {
        var set = PolicyText.Load([.. Enumerable.Range(0, Count).SelectMany(at => new[] { PolicyOf(at), BaselineOf(at) })]);
        var machine = PolicyText.Machine(TrustLevel.PreRegistered, ("role", "r5000"));
        var state = PolicyText.State((0, ValueOf(77)), (7, ValueOf(77)));
        Assert.True(set.Decide(machine, state, PolicyText.Now).IsAllowed);
    }

    private static string PolicyOf(int at) => PolicyText.Good
        .Replace("web-tier", $"p{at}", StringComparison.Ordinal)
        .Replace("role: web", $"role: r{at}", StringComparison.Ordinal)
        .Split("    require:")[0]
        + "    baselines: [\"b/*\"]\n  grants: []\n";

    private static string BaselineOf(int at) => PolicyText.Baseline($"b/{at}x", $"0: \"{ValueOf(at)}\", 7: \"{ValueOf(at)}\"");

    private static string ValueOf(int at) => "ab" + at.ToString("x62", CultureInfo.InvariantCulture);
}
