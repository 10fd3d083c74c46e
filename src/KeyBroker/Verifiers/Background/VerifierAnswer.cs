using System.Net;
using System.Net.Http.Headers;

namespace KeyBroker.Verifiers;

/// <summary>What a verifier answered to one request, whole.</summary>
internal sealed record VerifierAnswer(HttpStatusCode Status, string? MediaType, byte[] Body)
{
    public Uri? Location { get; init; }

    /// <summary>How long it wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>VER-42. Somebody on the way answered, or it has no time: that is no answer.</summary>
    public bool IsNone => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>It found the evidence wanting, which asking again does not change.</summary>
    public bool IsRefusal => Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableContent
        or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotAcceptable;

    public static TimeSpan? Waiting(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
