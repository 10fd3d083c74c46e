using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>What the body of an administrative verb asks for.</summary>
/// <param name="Version">The version it names, for the audit.</param>
internal sealed record ItemChange(Func<VaultItem, VaultItem> Apply, int? Version = null);
