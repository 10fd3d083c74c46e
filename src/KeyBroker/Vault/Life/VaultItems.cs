namespace KeyBroker.Vault;

/// <summary>Finds keys and secrets alike.</summary>
internal sealed class VaultItems(KeyStore keys, SecretStore secrets)
{
    /// <exception cref="Storage.StoreIntegrityException">A row of it was edited or exchanged.</exception>
    public VaultItem? Find(ItemKind kind, string name) => kind == ItemKind.Key ? keys.Find(name) : secrets.Find(name);
}
