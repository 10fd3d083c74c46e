using KeyBroker.Attestation;

namespace KeyBroker.Hosting;

/// <summary>
/// Serves the administrative API on its own listener and nowhere else: on TCP those paths do not exist, and on the socket
/// there is nothing but them and what monitoring asks.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next)
{
    public const string Prefix = "/v1/admin";
    private static readonly PathString[] s_monitoring = ["/healthz", "/readyz", "/metrics"];

    public Task InvokeAsync(HttpContext context) =>
        Belongs(context.Request.Path, onSocket: context.Features.Get<AdminPeer>() is not null)
            ? next(context)
            : throw new DeniedException(ProblemCodes.NotFound, "there is nothing at this path");

    private static bool Belongs(PathString path, bool onSocket) => path.StartsWithSegments(Prefix)
        ? onSocket
        : !onSocket || s_monitoring.Any(served => path.Equals(served, StringComparison.Ordinal));
}
