using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Hosting;

/// <summary>Sends a JSON answer that is no receipt.</summary>
internal static class JsonAnswer
{
    public static Task SendAsync(HttpContext context, int status, JsonNode body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
