using System.Text.Json;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance;

/// <summary>One case as a verifier meets it: what it is about, its files, its inputs. What is expected is not in here.</summary>
internal sealed class Case
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _files;
    private readonly Dictionary<string, string> _formats;
    private readonly JsonElement? _inputs;

    public Case(JsonElement entry, string folder)
    {
        _folder = folder;
        Id = Text(entry, "id") ?? "";
        Kind = Text(entry, "kind") ?? "";
        Subkind = Text(entry, "subkind") ?? Kind;
        _files = Texts(entry, "files");
        _formats = Texts(entry, "formats");
        _inputs = entry.TryGetProperty("inputs", out var inputs) && inputs.ValueKind == JsonValueKind.Object ? inputs : null;
    }

    public string Id { get; }

    public string Kind { get; }

    public string Subkind { get; }

    public IEnumerable<string> Roles => _files.Keys.Order(StringComparer.Ordinal);

    public bool Has(string role) => _files.ContainsKey(role);

    public string PathOf(string role) => _files.TryGetValue(role, out var path)
        ? Path.Combine(_folder, path)
        : throw new FormatException($"the case has no file '{role}'");

    public byte[] Bytes(string role) => File.ReadAllBytes(PathOf(role));

    public string ReadText(string role) => File.ReadAllText(PathOf(role));

    public string Format(string role) => _formats.GetValueOrDefault(role, "");

    public JsonElement? Input(string name) =>
        _inputs is { } inputs && inputs.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? TextInput(string name) => Input(name)?.GetString();

    public byte[]? HexInput(string name) => TextInput(name) is { } hex ? Convert.FromHexString(hex) : null;

    public JsonElement RequiredInput(string name) =>
        Input(name) ?? throw new FormatException($"the case has no input '{name}'");

    /// <summary>A public area in either of its encodings; the declared one decides, and where there is none the first that fits.</summary>
    public TpmPublic Public(string role)
    {
        var bytes = Bytes(role);
        return Format(role) switch
        {
            "TPM2B_PUBLIC" => TpmPublic.ParseSized(bytes),
            "TPMT_PUBLIC" => TpmPublic.Parse(bytes),
            _ when bytes.Length > 2 && (bytes[0] * 256) + bytes[1] == bytes.Length - 2 => TpmPublic.ParseSized(bytes),
            _ => TpmPublic.Parse(bytes),
        };
    }

    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The bytes of a hexadecimal member; none where it is absent.</summary>
    public static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(Text(element, name) ?? "");

    public static TpmAlgorithm Hash(string name) => name.ToUpperInvariant() switch
    {
        "SHA1" or "TPM2_ALG_SHA1" => TpmAlgorithm.Sha1,
        "SHA256" or "TPM2_ALG_SHA256" => TpmAlgorithm.Sha256,
        "SHA384" or "TPM2_ALG_SHA384" => TpmAlgorithm.Sha384,
        "SHA512" or "TPM2_ALG_SHA512" => TpmAlgorithm.Sha512,
        _ => throw new NotSupportedException($"the hash '{name}' is not known here"),
    };

    private static Dictionary<string, string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject()
                .Where(member => member.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
}
