namespace KeyBroker.Documentation;

/// <summary>Sends a part of the documentation so that a browser loads nothing from elsewhere and guesses nothing.</summary>
internal static class DocumentationAnswer
{
    // Scalar puts its styles into the page, and shows pictures that it carries itself.
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task SendAsync(HttpContext context, string type, ReadOnlyMemory<byte> bytes)
    {
        var response = context.Response;
        response.ContentType = type;
        response.ContentLength = bytes.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
