using System.Text.Json.Nodes;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

/// <summary>What an operation on a secret gave: the version it was about, and the result as the contract words it.</summary>
internal sealed record SecretResult(SecretRecord Secret, SecretVersion Version, JsonObject Result);
