namespace KeyBroker.Vault;

/// <summary>An intent that is written, and the plan that was read with it.</summary>
internal sealed record Intent<T>(string Id, T Plan);
