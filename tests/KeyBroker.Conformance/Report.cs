using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyBroker.Conformance;

/// <summary>A verdict as one line of JSON.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(Case one, Verdict verdict)
    {
        var line = new JsonObject
        {
            ["id"] = one.Id,
            ["kind"] = one.Kind,
            ["verdict"] = NameOf(verdict.Outcome),
            ["reason"] = verdict.Reason,
        };
        Add(line, "pcrs", verdict.Pcrs is null ? null : JsonSerializer.SerializeToNode(verdict.Pcrs));
        Add(line, "digest", verdict.Digest is null ? null : JsonSerializer.SerializeToNode(verdict.Digest));
        Add(line, "name", verdict.Name);
        return line.ToJsonString(s_options);
    }

    public static string NameOf(Outcome outcome) => outcome switch
    {
        Outcome.Accept => "accept",
        Outcome.Reject => "reject",
        _ => "unsupported",
    };

    private static void Add(JsonObject line, string name, JsonNode? value)
    {
        if (value is not null)
        {
            line[name] = value;
        }
    }
}
