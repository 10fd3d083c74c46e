namespace KeyBroker.Telemetry;

/// <summary>What may be said of a request: nothing of it that its caller chose, but the method and route it matched.</summary>
internal readonly record struct AnsweredRequest(string RequestId, string Method, string Route, int Status, string Code)
{
    private const string Unknown = "-";

    public static AnsweredRequest Of(HttpContext context, string code) => new(
        context.TraceIdentifier,
        MethodOf(context.Request.Method),
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Unknown,
        context.Response.StatusCode,
        code);

    private static string MethodOf(string method) => method switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" => method,
        _ => "OTHER",
    };
}
