using System.Text.Json.Nodes;

namespace KeyBroker.Administration;

/// <summary>A key as an administrator's act left it; set in the transaction of the act, and true once that is durable.</summary>
internal sealed class ChangedKey
{
    /// <summary>What <see cref="ItemAnswer.Kept"/> gives of it.</summary>
    public JsonObject? Kept { get; set; }
}
