using System.Text.Json.Nodes;
using KeyBroker.Gate;
using KeyBroker.Receipts;
using Microsoft.Net.Http.Headers;

namespace KeyBroker.Hosting;

/// <summary>Sends a result: as a signed JWT, or unsigned where the caller asked for JSON.</summary>
internal sealed class ReceiptResponse(ReceiptSigner signer)
{
    private const string Jwt = "application/jwt";
    private const string Json = "application/json";
    private const string Receipt = "receipt";

    /// <param name="claims">With their result, which a caller that wants a receipt to keep does not get.</param>
    public Task SendAsync(HttpContext context, int status, JsonObject claims)
    {
        var receiptOnly = WantsReceipt(context.Request);
        var asJson = PrefersJson(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = asJson ? Json : Jwt;
        context.Response.Headers.Vary = "Accept, Prefer";
        if (receiptOnly)
        {
            _ = claims.Remove("result") || claims.Remove("results");
            context.Response.Headers["Preference-Applied"] = Receipt;
        }

        return context.Response.WriteAsync(asJson ? claims.ToJsonString() : signer.Sign(claims), context.RequestAborted);
    }

    /// <summary>The claims that follow from the admission alone.</summary>
    public static ReceiptClaims About(Admission admission, long sequence) =>
        About(admission.Caller, admission.Resource, sequence) with
        {
            Operation = admission.Verb,
            Policy = admission.Policy,
            PolicyDigest = admission.PolicyDigest,
        };

    /// <summary>The claims of a list: it is under every policy that holds, of which the first is named.</summary>
    public static ReceiptClaims About(Caller caller, string subject, long sequence) => new()
    {
        Machine = caller.Machine,
        Subject = subject,
        Operation = "list",
        AttestationJti = caller.Jti,
        Policy = caller.Decision.Holding[0].Name,
        PolicyDigest = caller.Decision.Holding[0].Digest,
        RequestDigest = caller.RequestDigest,
        Sequence = sequence,
    };

    // Only a caller that asks for JSON and not as well for a JWT, or for anything, goes without a signature.
    private static bool PrefersJson(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept.Where(type => type.Quality is null or > 0).ToList();
        return accepted.Exists(type => Is(type, Json)) && !accepted.Exists(type => Is(type, Jwt));
    }

    // RFC 7240.
    private static bool WantsReceipt(HttpRequest request) => request.Headers["Prefer"]
        .SelectMany(header => header?.Split(',') ?? [])
        .Any(preference => preference.Split(';')[0].Trim().Equals(Receipt, StringComparison.OrdinalIgnoreCase));

    private static bool Is(MediaTypeHeaderValue type, string name) =>
        type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);
}
