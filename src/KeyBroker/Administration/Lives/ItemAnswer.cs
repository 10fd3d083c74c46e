using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Keys;
using KeyBroker.Secrets;
using KeyBroker.Vault;

namespace KeyBroker.Administration;

/// <summary>A key or a secret as it is after an administrator's act, with the tag of this state; of a secret no value.</summary>
internal static class ItemAnswer
{
    /// <summary>What is kept of an answer that is to be given again, and sent by <see cref="SendKeptAsync"/>.</summary>
    public static JsonObject Kept(VaultItem item) => new() { ["document"] = DocumentOf(item), ["etag"] = EntityTag.Of(item) };

    public static Task SendKeptAsync(HttpContext context, int status, JsonObject kept)
    {
        context.Response.Headers.ETag = (string?)kept["etag"];
        return JsonAnswer.SendAsync(context, status, kept["document"]!);
    }

    /// <param name="left">What is left of the wait before a planned destruction, where it was asked for.</param>
    public static JsonObject DocumentOf(VaultItem item, TimeSpan? left = null) => item switch
    {
        KeyRecord key => KeyDocument.Of(key, left),
        SecretRecord secret => SecretDocument.Of(secret, left),
        _ => throw new InvalidOperationException($"a {item.Kind.Name} has no document"),
    };
}
