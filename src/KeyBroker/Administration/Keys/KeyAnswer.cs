using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Keys;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>A key as it is after an administrator's act, with the tag of this state.</summary>
internal static class KeyAnswer
{
    /// <param name="add">What the answer says beside the key.</param>
    public static Task SendAsync(HttpContext context, int status, KeyRecord key, Action<JsonObject>? add = null)
    {
        context.Response.Headers.ETag = EntityTag.Of(key);
        var document = KeyDocument.Of(key);
        add?.Invoke(document);
        return JsonAnswer.SendAsync(context, status, document);
    }
}
