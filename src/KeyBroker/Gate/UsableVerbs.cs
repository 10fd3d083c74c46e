using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>
/// SEC-7. Which verbs a caller may use on a key or secret now: granted and not used up, made for, and admitted by the state of the primary
/// version.
/// </summary>
internal sealed class UsableVerbs(GrantFacts facts)
{
    // The evidence of where a key was made is read with the grant to read, and is no verb of policies.
    private const string Attestation = "attestation";

    public JsonArray Of(Caller caller, VaultItem item) =>
    [
        .. KeyLifeCycle.Usable(item, item.PrimaryOne)
            .Where(verb => verb != Attestation && IsGranted(caller, verb, item))
            .Order(StringComparer.Ordinal).Select(verb => JsonValue.Create(verb)),
    ];

    private bool IsGranted(Caller caller, string verb, VaultItem item)
    {
        var kind = item.Kind == ItemKind.Key ? ResourceKind.Key : ResourceKind.Secret;
        return caller.Granting(verb, kind, item.Name, item.CreatedBy).Any(granted => facts.IsLeft(granted, caller, (verb, kind, item.Name)));
    }
}
