using KeyBroker.Attestation;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Telemetry;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;
using Microsoft.AspNetCore.Connections;

namespace KeyBroker.Hosting;

/// <summary>The outermost handler: turns every way to fail into the contract's answer.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            RequestTarget.RefuseAmbiguous(context);
            await next(context);
            await DescribeBareStatusAsync(context);
        }
        catch (Exception gone) when (IsCutOff(context, gone))
        {
            LeaveUnanswered(context);
        }
#pragma warning disable CA1031 // The outermost handler: whatever it is, the caller gets a problem document and no detail.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await AnswerAsync(context, failure);
        }
    }

    private static void LeaveUnanswered(HttpContext context)
    {
        AnswerCode.Set(context, AnswerCode.Cancelled);
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }

        context.Abort();
    }

    /// <summary>The caller went away, or a stop cut the connection: there is nobody to answer, and nothing has failed.</summary>
    private static bool IsCutOff(HttpContext context, Exception exception) => exception switch
    {
        ConnectionAbortedException or ConnectionResetException => true,
        OperationCanceledException { InnerException: ConnectionAbortedException or ConnectionResetException } => true,
        OperationCanceledException => context.RequestAborted.IsCancellationRequested,
        _ => false,
    };

    private static Task DescribeBareStatusAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        return response.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => Problem.WriteAsync(context, new DeniedException(ProblemCodes.TooLarge)),
            StatusCodes.Status415UnsupportedMediaType => Problem.WriteAsync(context, new DeniedException(ProblemCodes.MediaType)),
            StatusCodes.Status405MethodNotAllowed =>
                Problem.WriteAsync(context, 405, ProblemCodes.NotFound, "this path does not answer to this method"),
            _ => Problem.WriteAsync(context, new DeniedException(ProblemCodes.NotFound, "there is nothing at this path")),
        };
    }

    private Task AnswerAsync(HttpContext context, Exception failure) => failure switch
    {
        DeniedException denied => Problem.WriteAsync(context, denied),
        TpmFormatException => Problem.WriteAsync(context, DeniedException.Malformed("a TPM structure is malformed")),
        BadHttpRequestException bad => Problem.WriteAsync(context, new DeniedException(CodeOf(bad), "the request cannot be read")),
        TpmUnavailableException or TpmException => UnavailableAsync(context, ProblemCodes.TpmUnavailable, failure),
        StoreUnavailableException or StoreIntegrityException => UnavailableAsync(context, ProblemCodes.StoreUnavailable, failure),
        AuditUnavailableException => UnavailableAsync(context, ProblemCodes.AuditUnavailable, failure),
        _ => FailAsync(context, failure),
    };

    private static string CodeOf(BadHttpRequestException bad) => bad.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? ProblemCodes.TooLarge
        : ProblemCodes.RequestMalformed;

    private Task UnavailableAsync(HttpContext context, string code, Exception failure)
    {
        Unavailable(context.TraceIdentifier, code, FailureText.Cause(failure));
        return Problem.WriteAsync(context, new DeniedException(code, "try again later"));
    }

    private Task FailAsync(HttpContext context, Exception failure)
    {
        Failed(context.TraceIdentifier, FailureText.Trace(failure));
        return Problem.WriteAsync(context, 500, Problem.InternalError, "the broker failed");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "request {RequestId} is answered {Code}: {Detail}")]
    private partial void Unavailable(string requestId, string code, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "request {RequestId} failed: {Trace}")]
    private partial void Failed(string requestId, string trace);
}
