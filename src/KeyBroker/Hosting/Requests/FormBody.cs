using KeyBroker.Attestation;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace KeyBroker.Hosting;

/// <summary>A body of <c>application/x-www-form-urlencoded</c>, as the OAuth protocols send it; bounded.</summary>
internal static class FormBody
{
    private const int Limit = 64 * 1024;
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>One parameter; others are ignored, as RFC 6749, 3.2, asks.</summary>
    /// <exception cref="DeniedException">too-large, media-type, or request-malformed: it is missing or there twice.</exception>
    public static async Task<string> ReadAsync(HttpContext context, string parameter)
    {
        var bytes = await RequestBody.ReadBytesAsync(context.Request, Limit, context.RequestAborted);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            || context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new DeniedException(ProblemCodes.MediaType, $"send {MediaType}, not encoded otherwise");
        }

        return await FindAsync(bytes, parameter) ?? throw DeniedException.Malformed("one value is expected", parameter);
    }

    private static async Task<string?> FindAsync(byte[] bytes, string parameter)
    {
        try
        {
            using var reader = new FormReader(new MemoryStream(bytes));
            var form = await reader.ReadFormAsync();
            return form.TryGetValue(parameter, out var values) && values is [{ Length: > 0 } value] ? value : null;
        }
        catch (InvalidDataException)
        {
            throw DeniedException.Malformed("not a form");
        }
    }
}
