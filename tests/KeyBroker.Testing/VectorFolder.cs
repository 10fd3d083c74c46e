using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Testing;

/// <summary>A folder of tests/vectors, one JSON file a case; <c>KEYBROKER_WRITE_VECTORS=1</c> has it written anew.</summary>
public sealed class VectorFolder(string name)
{
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Repository.Path("tests", "vectors", name));

    public static bool IsToBeWritten => Environment.GetEnvironmentVariable("KEYBROKER_WRITE_VECTORS") == "1";

    /// <summary>The files by name, without their ending.</summary>
    public IEnumerable<string> Names =>
        _folder.EnumerateFiles("*.json").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Order(StringComparer.Ordinal);

    public JsonNode Read(string vector) => JsonNode.Parse(File.ReadAllText(PathOf(vector)))!;

    public void Clear()
    {
        foreach (var file in _folder.EnumerateFiles("*.json"))
        {
            file.Delete();
        }
    }

    public void Write(string vector, JsonObject content) =>
        File.WriteAllText(PathOf(vector), content.ToJsonString(s_readable) + "\n");

    private string PathOf(string vector) => Path.Combine(_folder.FullName, vector + ".json");
}
