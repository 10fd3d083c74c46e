using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace KeyBroker.Telemetry;

/// <summary>Describes the server's span of a request by its route, never by its target.</summary>
internal static class RequestSpan
{
    public static void Describe(HttpContext context, AnsweredRequest answered)
    {
        if (!Spans.AreWanted || context.Features.Get<IHttpActivityFeature>()?.Activity is not { } span)
        {
            return;
        }

        span.DisplayName = $"{answered.Method} {answered.Route}";
        span.SetTag("http.request.method", answered.Method);
        span.SetTag("http.route", answered.Route);
        span.SetTag("http.response.status_code", answered.Status);
        span.SetTag("keybroker.request_id", answered.RequestId);
        span.SetTag("keybroker.code", answered.Code);
        if (answered.Status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error, answered.Status.ToString(CultureInfo.InvariantCulture));
        }

        Link(span, context.Request.Headers.TraceParent.ToString());
    }

    // Two ids of fixed length and nothing else.
    private static void Link(Activity span, string traceParent)
    {
        if (ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var caller))
        {
            span.AddLink(new ActivityLink(caller));
        }
    }
}
