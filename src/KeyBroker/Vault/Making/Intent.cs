namespace KeyBroker.Vault;

/// <summary>An intent that is written, the plan that was read with it, and the turn that ends with it.</summary>
internal sealed record Intent<T>(string Id, T Plan, IDisposable Turn);
