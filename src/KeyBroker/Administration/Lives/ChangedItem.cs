using System.Text.Json.Nodes;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>A key or a secret as a change left it; set in the transaction of the change, and true once that is durable.</summary>
internal sealed class ChangedItem
{
    public VaultItem? Item { get; private set; }

    /// <summary>As the answer says it.</summary>
    public JsonObject? Document { get; private set; }

    /// <summary>LIF-6. What cannot be answered is not changed.</summary>
    public void Set(VaultItem item) => (Item, Document) = (item, ItemAnswer.DocumentOf(item));
}
