using System.Net;
using System.Net.Http.Headers;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace KeyBroker.Verifiers;

/// <summary>VER-45. A challenge-response session of Veraison, version 1: open, post, look until it is complete, close.</summary>
internal sealed class VeraisonExchange(VerifierClient client, BackgroundSettings settings, TimeProvider time) : IVerifierExchange
{
    private const string Session = "application/vnd.veraison.challenge-response-session+json";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public async Task<string> AppraiseAsync(EvidenceDocument evidence, CancellationToken cancellation)
    {
        var written = evidence.Written(settings.Evidence); // Before a session is opened for nothing.
        var session = await OpenAsync(evidence.Nonce, cancellation);
        try
        {
            var answer = await client.SendAsync(() => Evidence(session, written), cancellation);
            PostExchange.RequireResult(answer, HttpStatusCode.OK, HttpStatusCode.Accepted);
            return await ResultAsync(session, answer, cancellation);
        }
        finally
        {
            _ = CloseAsync(session, CancellationToken.None);
        }
    }

    private async Task<Uri> OpenAsync(byte[] nonce, CancellationToken cancellation)
    {
        var folder = settings.Url.AbsoluteUri.EndsWith('/') ? settings.Url : new Uri(settings.Url.AbsoluteUri + "/");
        var target = new Uri(folder, $"newSession?nonce={Base64Url.Encode(nonce)}");
        var answer = await client.SendAsync(() => Request(HttpMethod.Post, target), cancellation);
        PostExchange.RequireResult(answer, HttpStatusCode.Created);
        return answer.Location is { } location && Uri.TryCreate(target, location, out var session) && VerifierUrl.IsSameOrigin(session, settings.Url)
            ? session
            : throw new UnusableAnswerException("its session is elsewhere");
    }

    private async Task<string> ResultAsync(Uri session, VerifierAnswer answer, CancellationToken cancellation)
    {
        while (State(answer) is not "complete")
        {
            await Task.Delay(s_pause, time, cancellation);
            answer = await client.SendAsync(() => Request(HttpMethod.Get, session), cancellation);
            PostExchange.RequireResult(answer, HttpStatusCode.OK);
        }

        return PostExchange.ResultIn(answer.Body);
    }

    /// <exception cref="ResultException">It failed.</exception>
    private static string State(VerifierAnswer answer)
    {
        var isSession = Session.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase)
            || "application/json".Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase);
        return (isSession ? StateIn(answer.Body) : null) switch
        {
            "failed" => throw new ResultException("it could not appraise the evidence", "evidence"),
            { } state and ("complete" or "processing" or "waiting") => state,
            _ => throw new UnusableAnswerException("what came is no session"),
        };
    }

    // Current services call the member state; older ones called it status.
    private static string? StateIn(byte[] body)
    {
        try
        {
            var document = StrictJson.OpenObject(StrictJson.Parse(body));
            return document.OptionalText("state") ?? document.OptionalText("status");
        }
        catch (DeniedException)
        {
            return null;
        }
    }

    // Out of politeness: the service forgets sessions by itself.
    private async Task CloseAsync(Uri session, CancellationToken cancellation)
    {
        try
        {
            _ = await client.SendAsync(() => Request(HttpMethod.Delete, session), cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException
            or UnusableAnswerException or ObjectDisposedException or OperationCanceledException or UnauthorizedAccessException)
        {
            // Nobody waits for it.
        }
    }

    private HttpRequestMessage Evidence(Uri session, byte[] evidence)
    {
        var request = Request(HttpMethod.Post, session);
        request.Content = new ByteArrayContent(evidence);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(settings.MediaType);
        return request;
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri target)
    {
        var request = new HttpRequestMessage(method, target);
        request.Headers.Accept.ParseAdd($"{Session}, application/json");
        return request;
    }
}
