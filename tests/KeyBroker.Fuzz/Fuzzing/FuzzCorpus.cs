using KeyBroker.Testing;

namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>The inputs to begin with, kept beside the code: good ones, and bad ones that once did harm.</summary>
internal static class FuzzCorpus
{
    public static string Folder { get; } = Repository.Path("tests", "KeyBroker.Fuzz", "corpus");

    /// <summary>In the order of their names, and never nothing.</summary>
    public static IReadOnlyList<byte[]> Of(string target)
    {
        var folder = Path.Combine(Folder, target);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
            : [[]];
    }
}
