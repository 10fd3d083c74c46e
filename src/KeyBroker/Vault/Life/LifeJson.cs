using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyBroker.Vault;

/// <summary>A life as a row keeps it: nothing where there is nothing to tell.</summary>
internal static class LifeJson
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Strict)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        RespectRequiredConstructorParameters = false,
    };

    public static string? Write<T>(T life)
        where T : new() =>
        JsonSerializer.Serialize(life, s_options) is var text && text != "{}" ? text : null;

    public static T Read<T>(string? text)
        where T : new() =>
        text is null ? new T() : JsonSerializer.Deserialize<T>(text, s_options)!;
}
