using Microsoft.Extensions.Primitives;

namespace KeyBroker.Hosting;

/// <summary>The routes without the one that FastEndpoints adds for its own tests, which tells anybody the names of all others.</summary>
internal sealed class ServedRoutes(EndpointDataSource all) : EndpointDataSource
{
    private const string TestRoute = "_test_url_cache_";

    public override IReadOnlyList<Endpoint> Endpoints =>
        [.. all.Endpoints.Where(endpoint => endpoint is not RouteEndpoint { RoutePattern.RawText: TestRoute })];

    public static void Filter(IEndpointRouteBuilder routes)
    {
        var sources = routes.DataSources.ToList();
        routes.DataSources.Clear();
        sources.ForEach(source => routes.DataSources.Add(new ServedRoutes(source)));
    }

    public override IChangeToken GetChangeToken() => all.GetChangeToken();
}
