using KeyBroker.Attestation;

namespace KeyBroker.Hosting;

/// <summary>Serves the administrative API on its own listener and nowhere else: on TCP those paths do not exist.</summary>
internal sealed class AdminGuard(RequestDelegate next)
{
    public const string Prefix = "/v1/admin";

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Prefix) && context.Features.Get<AdminPeer>() is null
            ? throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path")
            : next(context);
}
