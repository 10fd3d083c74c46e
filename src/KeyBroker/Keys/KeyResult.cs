using System.Text.Json.Nodes;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>What an operation on a key gave: the version it was about, and the result, or a list of results, as the contract words it.</summary>
/// <param name="Version">Null for a batch that more than one version, or none, took part in.</param>
internal sealed record KeyResult(KeyRecord Key, KeyVersion? Version, JsonNode Result);
