using System.Text.Json.Nodes;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>Rows as administrators see them: one that was edited outside the broker is shown as such, and hides no other.</summary>
internal static class ListedJson
{
    public static JsonNode Of<T>(Listed<T> row, string nameMember, Func<T, JsonObject> document)
    {
        try
        {
            return document(row.Open());
        }
        catch (StoreIntegrityException)
        {
            return new JsonObject { [nameMember] = row.Name, ["integrity"] = "violated" };
        }
    }
}
