using System.Text.Json;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Corpus;

/// <summary>The collection of real-world cases that may lie beside the checkout; its README.md says what is in it.</summary>
internal static class RealCases
{
    private static readonly string? s_folder = Find();

    /// <summary>The cases of a kind, or a skipped test where the folder is absent.</summary>
    internal static IReadOnlyList<JsonElement> Of(string kind)
    {
        Assert.SkipWhen(s_folder is null, "no ../shared/corpus beside the checkout: the real-world cases were not run");
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder!, "manifest.json")));
        return [.. manifest.RootElement.EnumerateArray().Where(c => Text(c, "kind") == kind).Select(c => c.Clone())];
    }

    /// <summary>Runs a check over cases and names every case that failed it.</summary>
    internal static void All(IEnumerable<JsonElement> cases, Action<JsonElement> check)
    {
        var failed = new List<string>();
        var ran = 0;
        foreach (var one in cases)
        {
            ran++;
            if (Record.Exception(() => check(one)) is { } exception)
            {
                failed.Add($"{Text(one, "id")}: {exception.Message}");
            }
        }

        Assert.NotEqual(0, ran);
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed));
    }

    internal static byte[] Bytes(JsonElement one, string role) =>
        File.ReadAllBytes(Path.Combine(s_folder!, Text(one.GetProperty("files"), role)!));

    /// <summary>The vectors of a case's JSON file.</summary>
    internal static IReadOnlyList<JsonElement> Vectors(JsonElement one)
    {
        using var vectors = JsonDocument.Parse(Bytes(one, "vectors"));
        return [.. vectors.RootElement.EnumerateArray().Select(vector => vector.Clone())];
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The bytes of a hexadecimal member; none where it is absent.</summary>
    internal static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(Text(element, name) ?? "");

    internal static TpmAlgorithm Hash(string name) => name switch
    {
        "sha1" => TpmAlgorithm.Sha1,
        "sha256" => TpmAlgorithm.Sha256,
        "sha384" => TpmAlgorithm.Sha384,
        "sha512" => TpmAlgorithm.Sha512,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a hash"),
    };

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "KeyBroker.sln")))
            {
                var folder = Path.Combine(at.FullName, "..", "shared", "corpus");
                return File.Exists(Path.Combine(folder, "manifest.json")) ? folder : null;
            }
        }

        return null;
    }
}
