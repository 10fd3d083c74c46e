using KeyBroker.TpmAccess;

namespace KeyBroker.Hosting;

/// <summary>Counts a request in before anything serves it, and out after everything has.</summary>
internal sealed class UnderWayMiddleware(RequestDelegate next, RequestsUnderWay underWay)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!underWay.TryBegin())
        {
            throw new TpmUnavailableException("the broker is stopping");
        }

        try
        {
            await next(context);
        }
        finally
        {
            underWay.End();
        }
    }
}
