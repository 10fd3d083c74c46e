using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>A result the broker signed, and the receipt it came as.</summary>
public sealed record BrokerResult(JsonObject Claims, string Receipt)
{
    /// <summary>Which state of the key or secret this is, for <see cref="BrokerCall.IfMatch"/>.</summary>
    public string? Tag { get; init; }

    /// <summary>The result proper.</summary>
    /// <exception cref="BrokerAnswerException">There is none.</exception>
    public JsonObject Result => Claims["result"] as JsonObject ?? throw new BrokerAnswerException("an answer without result");

    /// <exception cref="BrokerAnswerException">The result has no such text.</exception>
    public string Text(string member) =>
        Result[member] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new BrokerAnswerException($"a result without '{member}'");

    public byte[] Bytes(string member) => Jose.Decode(Text(member));
}
