using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;

namespace KeyBroker.Cli.Commands.Batches;

/// <summary>Reads lines as items of a batch: bytes as they are, or the members of a single call as a JSON object.</summary>
internal sealed class BatchLines(KeyUse use)
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    public IEnumerable<BatchLine> Read(TextReader lines)
    {
        for (var (number, line) = (1, lines.ReadLine()); line is not null; (number, line) = (number + 1, lines.ReadLine()))
        {
            if (line.Trim() is { Length: > 0 } text)
            {
                yield return Read(number, text);
            }
        }
    }

    private BatchLine Read(int number, string text)
    {
        JsonNode? id = null;
        try
        {
            var item = text[0] == '{' ? Parse(text) : new JsonObject { [use.Content] = text };
            if (item.Remove("id", out id) && id is null)
            {
                throw new FormatException("id is null");
            }

            return new BatchLine(number, id, use.Complete(Read(item)), null) { Text = text };
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return new BatchLine(number, id, null, wrong is FormatException ? wrong.Message : "not a JSON object")
            {
                Text = text,
            };
        }
    }

    private static JsonObject Parse(string text) =>
        JsonNode.Parse(text, null, s_strict) as JsonObject ?? throw new JsonException();

    private JsonObject Read(JsonObject item)
    {
        if (item.Remove("text", out var text) && !item.TryAdd(use.Content, Encode(Text("text", text))))
        {
            throw new FormatException($"both text and {use.Content}");
        }

        foreach (var (member, value) in item.ToList())
        {
            if (use.Bytes.Contains(member))
            {
                item[member] = Normal(member, Text(member, value));
            }
            else if (!use.Others.Contains(member))
            {
                throw new FormatException($"'{member}' is not a member of {use.Verb}");
            }
        }

        return !use.NeedsContent || item.ContainsKey(use.Content) || item.ContainsKey("digest")
            ? item
            : throw new FormatException($"{use.Content} is missing");
    }

    private static string Text(string member, JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw new FormatException($"{member} is not a text");

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>The broker takes base64url without padding only; tools print either alphabet, padded or not.</summary>
    private static string Normal(string member, string text)
    {
        try
        {
            return Base64Url.EncodeToString(Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_')));
        }
        catch (FormatException)
        {
            throw new FormatException($"{member} is not base64url; give {{\"text\":\"...\"}} for a text");
        }
    }
}
