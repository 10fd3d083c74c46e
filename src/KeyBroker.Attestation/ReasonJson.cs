using System.Text.Json.Nodes;

namespace KeyBroker.Attestation;

/// <summary>A reason as it travels in <c>reasons</c>: members that are null are absent.</summary>
public static class ReasonJson
{
    public static JsonNode Of(Reason reason)
    {
        var json = new JsonObject { ["code"] = reason.Code, ["message"] = reason.Message };
        Add("policy", reason.Policy);
        Add("pcr", reason.Pcr);
        Add("actual", reason.Actual);
        Add("expected", reason.Expected is { } labels ? new JsonArray([.. labels.Select(label => JsonValue.Create(label))]) : null);
        Add("path", reason.Path);
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }
}
