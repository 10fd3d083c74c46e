using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Clients;
using KeyBroker.Telemetry;

namespace KeyBroker.Hosting;

/// <summary>Writes errors as RFC 9457 problem documents with the members of contract section 1.</summary>
internal static class Problem
{
    public const string InternalError = "internal-error";
    private const string MediaType = "application/problem+json";
    private const int RetryAfterSeconds = 1;

    public static Task WriteAsync(HttpContext context, DeniedException denied) =>
        WriteAsync(context, denied.Status, denied.Code, denied.Message, denied);

    /// <summary>A problem without reasons; <paramref name="status"/> is the code's own unless a route says otherwise.</summary>
    public static async Task WriteAsync(
        HttpContext context, int status, string code, string title, DeniedException? denied = null)
    {
        AnswerCode.Set(context, code);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        SetHeaders(context.Response, status, denied);
        var bytes = Encoding.UTF8.GetBytes(Document(context, status, code, title, denied).ToJsonString());
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, CancellationToken.None);
    }

    private static void SetHeaders(HttpResponse response, int status, DeniedException? denied)
    {
        response.StatusCode = status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = denied is ClientRefusedException ? ClientRefusedException.Challenge : "DPoP algs=\"ES256\"";
        }

        if (IsRetryable(status))
        {
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool IsRetryable(int status) =>
        status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;

    private static JsonObject Document(HttpContext context, int status, string code, string title, DeniedException? denied)
    {
        var document = new JsonObject
        {
            ["type"] = $"urn:keybroker:problem:{code}",
            ["title"] = title,
            ["status"] = status,
            ["code"] = code,
            ["requestId"] = context.TraceIdentifier,
        };
        if (denied is { Reasons.Count: > 0 })
        {
            document["reasons"] = new JsonArray([.. denied.Reasons.Select(ReasonJson.Of)]);
        }

        if (IsRetryable(status))
        {
            document["retryable"] = true;
        }

        foreach (var (name, value) in denied?.Extensions ?? new Dictionary<string, object>())
        {
            document[name] = JsonSerializer.SerializeToNode(value);
        }

        return document;
    }
}
