using KeyBroker.Conformance;

// dotnet run -c Release --project tests/KeyBroker.Conformance -- MANIFEST [--json]
var json = args.Contains("--json", StringComparer.Ordinal);
if (args.FirstOrDefault(argument => argument != "--json") is not { } path)
{
    await Console.Error.WriteLineAsync("usage: MANIFEST [--json]");
    return 2;
}

var manifest = Manifest.Read(path);
var run = Run.Of(manifest, TimeProvider.System);
foreach (var (one, verdict, _) in run.Verdicts)
{
    await Console.Out.WriteLineAsync(Report.Line(one, verdict));
}

foreach (var failure in run.Failures)
{
    await Console.Error.WriteLineAsync("FAILED " + failure);
}

if (!json)
{
    foreach (var line in Summary.Lines(run, manifest))
    {
        await Console.Error.WriteLineAsync(line);
    }
}

return run.Failures.Count == 0 ? 0 : 1;
