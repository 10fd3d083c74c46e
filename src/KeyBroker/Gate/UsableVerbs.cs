using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>Which verbs a caller may use on a key or secret now: granted, made for, and admitted by the state of the primary version.</summary>
internal static class UsableVerbs
{
    public static JsonArray Of(Caller caller, VaultItem item)
    {
        var kind = item.Kind == ItemKind.Key ? ResourceKind.Key : ResourceKind.Secret;
        return
        [
            .. KeyLifeCycle.Allowed(item, item.PrimaryOne)
                .Where(verb => IsMadeFor(item, verb) && caller.May(verb, kind, item.Name, item.CreatedBy))
                .Order(StringComparer.Ordinal).Select(verb => JsonValue.Create(verb)),
        ];
    }

    // The evidence of where a key was made is read with the grant to read, and is no verb of policies.
    private static bool IsMadeFor(VaultItem item, string verb) => item is not KeyRecord key || verb switch
    {
        Verb.Read or Verb.Rotate => true,
        Verb.Release => key.Exportable,
        _ => key.Operations.Contains(verb, StringComparer.Ordinal),
    };
}
