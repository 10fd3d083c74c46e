using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Attestation.Policies.Loading;

namespace KeyBroker.Attestation.Policies;

/// <summary>All policies and baselines in force together: loaded whole, validated whole, named by their content.</summary>
public sealed class PolicySet
{
    // A denial compares with so many baselines and no more, whatever the size of the set.
    private const int MaxCandidates = 256;

    private readonly MachineIndex _machines;
    private readonly BaselineIndex _index;
    private readonly IReadOnlyList<PolicyError> _warnings;

    internal PolicySet(
        IEnumerable<Policy> policies, IEnumerable<Baseline> baselines, IReadOnlyList<PolicyError> warnings)
    {
        Policies = [.. policies.OrderBy(policy => policy.Name, StringComparer.Ordinal)];
        Baselines = [.. baselines.OrderBy(baseline => baseline.Name, StringComparer.Ordinal)];
        _warnings = warnings;
        Digest = DigestOf(Policies, Baselines);
        _machines = new MachineIndex(Policies);
        _index = new BaselineIndex(Baselines);
        SetCandidates();
    }

    /// <summary>No policy at all: everything is denied.</summary>
    public static PolicySet Empty { get; } = new([], [], []);

    public ImmutableArray<Policy> Policies { get; }

    public ImmutableArray<Baseline> Baselines { get; }

    /// <summary>What is allowed but probably not meant, whenever it is looked at.</summary>
    public IReadOnlyList<PolicyError> Warnings => [.. _warnings.Where(warning => warning.Since is null)];

    /// <summary>The files as they were read.</summary>
    public IReadOnlyList<PolicyFile> Files { get; internal init; } = [];

    /// <summary>Lower-case hex SHA-256 over kind, name and digest of every document, whatever the files are called.</summary>
    public string Digest { get; }

    /// <summary>
    /// Loads every *.yaml and *.yml file under a folder, except test cases and what is under its <c>schema</c>. No folder is no policy.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="verifiers">The remote verifiers there are, by name; null where nobody knows them.</param>
    /// <exception cref="PolicyException">Something is wrong anywhere; it says everything that is.</exception>
    public static PolicySet Load(string directory, IReadOnlySet<string>? verifiers = null) => Directory.Exists(directory)
        ? PolicyDirectory.Load(directory, verifiers)
        : new PolicySet([], [], [new PolicyError(directory, 0, 0, "there is no such folder: everything is denied")]);

    /// <summary>Makes a set of files that need not be on a disk.</summary>
    /// <exception cref="PolicyException">Something is wrong anywhere; it says everything that is.</exception>
    public static PolicySet Of(IEnumerable<PolicyFile> files, IReadOnlySet<string>? verifiers = null) => PolicyLoader.Load(files, [], verifiers);

    /// <summary>Evaluates every policy that selects this machine. Default is deny.</summary>
    public Decision Decide(MachineFacts machine, MeasuredState state, DateTimeOffset now)
    {
        var evaluation = new Evaluation(machine, state, _index.Match(state), now);
        return new Decision(_machines.Selecting(machine).Select(evaluation.Of), now);
    }

    /// <summary>The names of the baselines whose every register has its value in this state, valid or not.</summary>
    public IEnumerable<string> Matching(MeasuredState state) => _index.Match(state).Select(baseline => baseline.Name);

    /// <summary>The same decision, with everything that it rests on.</summary>
    public Explanation Explain(MachineFacts machine, MeasuredState state, BootEvents events, DateTimeOffset now)
    {
        var evaluation = new Evaluation(machine, state, _index.Match(state), now);
        var decision = new Decision(_machines.Selecting(machine).Select(evaluation.Of), now);
        var explainer = new Explainer(this, evaluation, (machine, state), events);
        return new Explanation(decision, [.. decision.Outcomes.Select(explainer.Of)]);
    }

    /// <summary>The same, and what was meant and is over.</summary>
    public IReadOnlyList<PolicyError> WarningsAt(DateTimeOffset now) => [.. _warnings.Where(warning => !(warning.Since > now))];

    private static string DigestOf(ImmutableArray<Policy> policies, ImmutableArray<Baseline> baselines)
    {
        var lines = policies.Select(policy => $"Policy {policy.Name} {policy.Digest}\n")
            .Concat(baselines.Select(baseline => $"Baseline {baseline.Name} {baseline.Digest}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private void SetCandidates()
    {
        var known = new Dictionary<string, ImmutableArray<Baseline>>(StringComparer.Ordinal);
        foreach (var policy in Policies)
        {
            policy.Candidates = [.. policy.BaselinePatterns.SelectMany(pattern => Named(pattern)).Distinct().Take(MaxCandidates)];
        }

        ImmutableArray<Baseline> Named(NamePattern pattern)
        {
            if (!known.TryGetValue(pattern.Text, out var found))
            {
                found = [.. Baselines.Where(baseline => pattern.Matches(baseline.Name)).TakeLast(MaxCandidates)];
                known.Add(pattern.Text, found);
            }

            return found;
        }
    }
}
