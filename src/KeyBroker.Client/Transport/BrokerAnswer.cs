using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>A successful answer of the broker.</summary>
internal sealed record BrokerAnswer(int Status, string? MediaType, byte[] Body)
{
    /// <summary>Which state of a key or secret this is, where it is about one.</summary>
    public string? Tag { get; init; }

    public JsonObject Json()
    {
        try
        {
            return StrictJson.ParseNode(Body) as JsonObject ?? throw NotJson();
        }
        catch (JsonException)
        {
            throw NotJson();
        }
    }

    private static BrokerAnswerException NotJson() => new("the broker's answer is not a JSON object");
}
