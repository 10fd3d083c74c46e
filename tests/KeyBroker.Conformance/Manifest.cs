using System.Text.Json;

namespace KeyBroker.Conformance;

/// <summary>The cases of a manifest, what to judge and what to compare with kept apart.</summary>
internal sealed class Manifest
{
    private Manifest(IReadOnlyList<Case> cases, IReadOnlyDictionary<string, Expectation> expectations) =>
        (Cases, Expectations) = (cases, expectations);

    public IReadOnlyList<Case> Cases { get; }

    /// <summary>By id; none where the manifest does not say.</summary>
    public IReadOnlyDictionary<string, Expectation> Expectations { get; }

    public static Manifest Read(string path) =>
        Parse(File.ReadAllBytes(path), Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <param name="folder">What the files of the cases are relative to.</param>
    public static Manifest Parse(byte[] json, string folder)
    {
        using var document = JsonDocument.Parse(json);
        var entries = document.RootElement.EnumerateArray().Select(entry => entry.Clone()).ToList();
        return new Manifest(
            [.. entries.Select(entry => new Case(entry, folder))],
            entries.Select(Expectation.Read).OfType<Expectation>().ToDictionary(one => one.Id, StringComparer.Ordinal));
    }
}
