using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Audit;

namespace KeyBroker.WellKnown;

/// <summary>Sends what everybody may read, and keep for a while.</summary>
internal static class PublicJson
{
    /// <summary>TOK-16. Far shorter than a key is published before its first use.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <param name="isLasting">False where somebody would take what was for what is.</param>
    public static Task SendAsync(HttpContext context, JsonObject body, bool isLasting = true)
    {
        var bytes = CanonicalJson.Bytes(body);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        context.Response.Headers.CacheControl = !isLasting ? "no-cache" : $"public, max-age={(int)MaxAge.TotalSeconds}";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return context.Response.StartAsync(context.RequestAborted); // Or the framework makes 204 of it.
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
