namespace KeyBroker.Conformance;

/// <summary>The verdicts of a whole manifest, and what went wrong in making them.</summary>
internal sealed class Run
{
    /// <summary>A verifier that takes longer over a case is a way to stop it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly List<(Case Case, Verdict Verdict, TimeSpan Took)> _verdicts = [];

    private Run()
    {
    }

    public IReadOnlyList<(Case Case, Verdict Verdict, TimeSpan Took)> Verdicts => _verdicts;

    /// <summary>The cases that threw something that is no refusal, or took too long.</summary>
    public List<string> Failures { get; } = [];

    public static Run Of(Manifest manifest, TimeProvider time)
    {
        var run = new Run();
        foreach (var one in manifest.Cases)
        {
            run.Add(one, time);
        }

        return run;
    }

    /// <summary>The separate step: verdicts against what the manifest says, where it says anything.</summary>
    public IEnumerable<string> Differences(Manifest manifest) =>
        from entry in _verdicts
        where manifest.Expectations.ContainsKey(entry.Case.Id)
        let difference = manifest.Expectations[entry.Case.Id].Difference(entry.Verdict)
        where difference is not null
        select $"{entry.Case.Id}: {difference}";

    private void Add(Case one, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var verdict = Judge(one);
        var took = time.GetElapsedTime(start);
        if (took > Limit)
        {
            Failures.Add($"{one.Id}: took {took.TotalSeconds:0.0} s");
        }

        _verdicts.Add((one, verdict, took));
    }

    // The outermost handler: whatever is no refusal is a defect of the product, and is reported as one.
    private Verdict Judge(Case one)
    {
        try
        {
            return Judges.Judge(one);
        }
#pragma warning disable CA1031
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Failures.Add($"{one.Id}: threw {defect.GetType().Name}: {defect.Message}");
            return Verdict.Unsupported($"threw {defect.GetType().Name}: {defect.Message}");
        }
    }
}
