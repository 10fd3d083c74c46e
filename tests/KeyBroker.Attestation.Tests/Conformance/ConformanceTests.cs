using System.Text.Json.Nodes;
using KeyBroker.Conformance;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Conformance;

/// <summary>The runner over all published cases: its counts, and the cases that come out otherwise, each with why.</summary>
public sealed class ConformanceTests
{
    // specs/conformance.md says why.
    private static readonly string[] s_otherwise = ["gtt-log-arch-strict-callingefiapp"];

    private static readonly Dictionary<string, (int Accepted, int Rejected)> s_counts = new(StringComparer.Ordinal)
    {
        ["ak_cert"] = (5, 4),
        ["ek_cert"] = (28, 12),
        ["eventlog"] = (65, 30),
        ["ima"] = (0, 0),
        ["kdf"] = (10, 0),
        ["makecredential"] = (5, 0),
        ["name"] = (13, 3),
        ["policy_digest"] = (91, 6),
        ["quote"] = (33, 17),
        ["webauthn_tpm"] = (14, 14),
    };

    [Fact]
    public void Judges_the_published_cases_as_expected()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var manifest = Manifest.Read(PublishedCorpus.Manifest);
        var run = Run.Of(manifest, TimeProvider.System);

        Assert.DoesNotContain(run.Failures, failure => failure.Contains(": threw ", StringComparison.Ordinal));
        Assert.Equal(s_otherwise, Differing(run, manifest));
        Assert.Equal(
            s_counts.OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(),
            run.Verdicts.GroupBy(entry => entry.Case.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(
                kind => kind.Key,
                kind => (
                    kind.Count(entry => entry.Verdict.Outcome == Outcome.Accept),
                    kind.Count(entry => entry.Verdict.Outcome == Outcome.Reject))));
    }

    [Fact]
    public void Comes_to_the_same_verdicts_where_nothing_says_what_is_expected()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var entries = JsonNode.Parse(File.ReadAllText(PublishedCorpus.Manifest))!.AsArray();
        foreach (var entry in entries.Select(entry => entry!.AsObject()))
        {
            Assert.True(entry.Remove("outcome") & entry.Remove("expected"));
        }

        var silent = Manifest.Parse(System.Text.Encoding.UTF8.GetBytes(entries.ToJsonString()), PublishedCorpus.Folder);
        Assert.Empty(silent.Expectations);
        Assert.Equal(Lines(Manifest.Read(PublishedCorpus.Manifest)), Lines(silent));
    }

    private static IEnumerable<string> Lines(Manifest manifest) =>
        Run.Of(manifest, TimeProvider.System).Verdicts.Select(entry => Report.Line(entry.Case, entry.Verdict));

    private static IEnumerable<string> Differing(Run run, Manifest manifest) => run.Differences(manifest)
        .Where(difference => !difference.Contains("'ima'", StringComparison.Ordinal))
        .Select(difference => difference[..difference.IndexOf(':', StringComparison.Ordinal)]);
}
