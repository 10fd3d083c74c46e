using System.Text.Json.Nodes;

namespace KeyBroker.Hosting;

/// <summary>Sends a JSON answer that is no receipt.</summary>
internal static class JsonAnswer
{
    public static Task SendAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
