using System.Net;

namespace KeyBroker.Verifiers;

/// <summary>Keys behind a URL: one GET, bounded in time and size, never redirected.</summary>
internal sealed class KeyUrl(HttpClient client, JwksSettings settings, TimeProvider time) : IKeySource
{
    private const int MaxBytes = 256 * 1024;

    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, settings.Url);
            request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            RequireJson(answer);
            return await BoundedContent.ReadAsync(answer.Content, MaxBytes, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new KeySourceException("the keys did not come in time", late);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or UnusableAnswerException)
        {
            throw new KeySourceException("the keys cannot be fetched", failure);
        }
    }

    private static void RequireJson(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new KeySourceException($"{(int)answer.StatusCode} instead of the keys");
        }

        if (answer.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/jwk-set+json"))
        {
            throw new KeySourceException("what came is no JSON");
        }
    }
}
