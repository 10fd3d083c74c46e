using System.Text.Json.Nodes;

namespace KeyBroker.Idempotency;

/// <summary>What a request was answered when it happened: the status, and the claims of its receipt.</summary>
internal sealed record FirstAnswer(int Status, JsonObject Claims);
