using System.Text.Json.Nodes;
using KeyBroker.Audit;

namespace KeyBroker.WellKnown;

/// <summary>Sends what everybody may read.</summary>
internal static class PublicJson
{
    public static Task SendAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(CanonicalJson.Text(body), context.RequestAborted);
    }
}
