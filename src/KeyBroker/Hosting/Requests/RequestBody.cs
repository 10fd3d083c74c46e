using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using Microsoft.Net.Http.Headers;

namespace KeyBroker.Hosting;

/// <summary>The bytes of a request body exactly as sent, read once and bounded.</summary>
internal sealed class RequestBody
{
    public const int Limit = 1 << 20;
    public const int EvidenceLimit = 8 << 20;
    private static readonly byte[] s_emptyObject = "{}"u8.ToArray();

    private RequestBody(byte[] bytes) => (Bytes, Digest) = (bytes, SHA256.HashData(bytes));

    public byte[] Bytes { get; }

    /// <summary>SHA-256 of the bytes as sent.</summary>
    public byte[] Digest { get; }

    /// <summary>An empty body is <c>{}</c> where nothing is required.</summary>
    public ReadOnlySpan<byte> Json => Bytes.Length == 0 ? s_emptyObject : Bytes;

    /// <summary>Reads the body, or gives what an earlier call in this request read.</summary>
    /// <exception cref="DeniedException">too-large, media-type or request-malformed.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context, int limit = Limit)
    {
        if (context.Features.Get<RequestBody>() is { } known)
        {
            return known;
        }

        var body = new RequestBody(await ReadBytesAsync(context.Request, limit, context.RequestAborted));
        if (body.Bytes.Length > 0)
        {
            RequireJson(context.Request);
        }

        context.Features.Set(body);
        return body;
    }

    /// <summary>The whole body as one object with no other members than these.</summary>
    public StrictObject Object(params ReadOnlySpan<string> members) => StrictJson.ParseObject(Json, members);

    /// <summary>AUD-28. Its members in words, for the record of an act that changes something: <c>name=</c> and the value as JSON.</summary>
    public IReadOnlyList<string> Members()
    {
        using var document = JsonDocument.Parse(Bytes.Length == 0 ? s_emptyObject : Bytes);
        return [.. document.RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetRawText()}").Order(StringComparer.Ordinal)];
    }

    private static void RequireJson(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson || request.Headers.ContentEncoding.Count > 0)
        {
            throw new DeniedException(ProblemCodes.MediaType, "send application/json in UTF-8, not encoded otherwise");
        }
    }

    /// <exception cref="DeniedException">too-large.</exception>
    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        using var bytes = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + count > limit)
            {
                throw TooLarge(limit);
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static DeniedException TooLarge(int limit) =>
        new(ProblemCodes.TooLarge, $"a body of at most {limit} bytes is expected");
}
