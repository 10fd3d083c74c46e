using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Hosting;

namespace KeyBroker.Documentation;

/// <summary>GET /docs/{asset}: the two scripts of the page.</summary>
internal sealed class AssetEndpoint : EndpointWithoutRequest
{
    private const string Script = "text/javascript; charset=utf-8";

    public override void Configure()
    {
        Get("/docs/{asset}");
        AllowAnonymous(); // The same for everybody.
    }

    public override Task HandleAsync(CancellationToken ct) => RequestTarget.Segment(HttpContext, 1) switch
    {
        "start.js" => DocumentationAnswer.SendAsync(HttpContext, Script, DocumentationFiles.Start),
        "scalar.js" => SendScalarAsync(),
        _ => throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path"),
    };

    private Task SendScalarAsync()
    {
        HttpContext.Response.Headers.Vary = "Accept-Encoding";
        if (!HttpContext.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is null or > 0))
        {
            return DocumentationAnswer.SendAsync(HttpContext, Script, DocumentationFiles.Scalar());
        }

        HttpContext.Response.Headers.ContentEncoding = "gzip";
        return DocumentationAnswer.SendAsync(HttpContext, Script, DocumentationFiles.CompressedScalar);
    }
}
