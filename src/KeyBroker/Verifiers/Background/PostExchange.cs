using System.Net;
using System.Net.Http.Headers;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>VER-46. One POST of evidence, answered with a result.</summary>
internal sealed class PostExchange(VerifierClient client, BackgroundSettings settings) : IVerifierExchange
{
    private const string Json = "application/json";
    private static readonly string[] s_tokens = ["application/jwt", "application/eat+jwt"];

    public async Task<string> AppraiseAsync(EvidenceDocument evidence, CancellationToken cancellation)
    {
        var written = evidence.Written(settings.Evidence);
        var answer = await client.SendAsync(() => Request(written), cancellation);
        RequireResult(answer, HttpStatusCode.OK);
        return s_tokens.Contains(answer.MediaType, StringComparer.OrdinalIgnoreCase) ? Encoding.ASCII.GetString(answer.Body).Trim()
            : Json.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase) ? ResultIn(answer.Body)
            : throw new UnusableAnswerException("what came is no result");
    }

    /// <exception cref="ResultException">The evidence was refused.</exception>
    /// <exception cref="UnusableAnswerException">Any other answer than these.</exception>
    public static void RequireResult(VerifierAnswer answer, params ReadOnlySpan<HttpStatusCode> expected)
    {
        if (answer.IsRefusal)
        {
            throw new ResultException($"it refuses the evidence with {(int)answer.Status}", "evidence");
        }

        if (!expected.Contains(answer.Status))
        {
            throw new UnusableAnswerException($"{(int)answer.Status} instead of a result");
        }
    }

    /// <summary>The member <c>result</c>, a text; a document of a verifier may have others.</summary>
    public static string ResultIn(byte[] body)
    {
        try
        {
            return StrictJson.OpenObject(StrictJson.Parse(body)).Text("result");
        }
        catch (DeniedException)
        {
            throw new UnusableAnswerException("what came has no result in it");
        }
    }

    private HttpRequestMessage Request(byte[] evidence)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(evidence) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(settings.MediaType);
        request.Headers.Accept.ParseAdd("application/eat+jwt, application/jwt, application/json");
        return request;
    }
}
