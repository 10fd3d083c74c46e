using Polly;

namespace KeyBroker.Verifiers;

/// <summary>Sends requests to one verifier: never redirected, bounded, with our credentials, as patient as configured.</summary>
internal sealed class VerifierClient(
    string name, HttpClient client, BackgroundSettings settings, ResiliencePipeline<VerifierAnswer> patience, TimeProvider time)
{
    private const int MaxAnswer = 256 * 1024;

    /// <param name="make">Makes the request, anew for each attempt.</param>
    /// <param name="cancellation">The end of the exchange.</param>
    public async Task<VerifierAnswer> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation) =>
        await patience.ExecuteAsync(async attempt => await AttemptAsync(make, attempt), cancellation);

    private async Task<VerifierAnswer> AttemptAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var isAnswered = false;
        try
        {
            using var request = make();
            await AuthorizeAsync(request, cancellation);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var answer = new VerifierAnswer(
                response.StatusCode, response.Content.Headers.ContentType?.MediaType,
                await BoundedContent.ReadAsync(response.Content, MaxAnswer, cancellation))
            {
                Location = response.Headers.Location,
                RetryAfter = VerifierAnswer.Waiting(response.Headers.RetryAfter, time.GetUtcNow()),
            };
            isAnswered = !answer.IsNone;
            return answer;
        }
        finally
        {
            VerifierInstruments.Asked(name, isAnswered);
        }
    }

    // Read each time: whoever renews the token does not have to tell us.
    private async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (settings.TokenFile is { } file)
        {
            request.Headers.Authorization = await BearerToken.ReadAsync(file, cancellation);
        }
    }
}
