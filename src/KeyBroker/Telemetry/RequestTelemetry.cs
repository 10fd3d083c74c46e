using System.Diagnostics;
using System.Security.Cryptography;

namespace KeyBroker.Telemetry;

/// <summary>Names each request, and leaves one line, one count and a described span of it.</summary>
internal sealed partial class RequestTelemetry(RequestDelegate next, ILogger<RequestTelemetry> log)
{
    private const string Header = "X-Request-Id";
    private const int IdLength = 24;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var code = new AnswerCode();
        context.Features.Set(code);
        context.TraceIdentifier = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        context.Response.Headers[Header] = context.TraceIdentifier;
        try
        {
            await next(context);
        }
        finally
        {
            Finish(context, AnsweredRequest.Of(context, code.Value), Stopwatch.GetElapsedTime(started));
        }
    }

    private void Finish(HttpContext context, AnsweredRequest answered, TimeSpan duration)
    {
        HttpInstruments.Answered(answered.Status, answered.Code);
        RequestSpan.Describe(context, answered);
        var level = LevelOf(answered);
        if (log.IsEnabled(level))
        {
            var milliseconds = Math.Round(duration.TotalMilliseconds, 2);
            Answered(level, answered.RequestId, answered.Method, answered.Route, answered.Status, milliseconds, answered.Code);
        }
    }

    // A probe that succeeds every few seconds says nothing; one that fails does.
    private static LogLevel LevelOf(AnsweredRequest answered) => answered switch
    {
        { Status: >= StatusCodes.Status500InternalServerError } => LogLevel.Warning,
        { Route: "/healthz" or "/readyz" or "/metrics" } => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    [LoggerMessage(Message = "{RequestId} {Method} {Route} {Status} {Milliseconds} ms {Code}")]
    private partial void Answered(
        LogLevel level, string requestId, string method, string route, int status, double milliseconds, string code);
}
