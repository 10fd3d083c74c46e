using KeyBroker.Attestation;
using KeyBroker.Tests.Http.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Holds the running broker to specs/openapi.yaml, route by route and code by code.</summary>
public sealed class OpenApiTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    /// <summary>Codes that need a fault, a wait or a flood; their own tests show them.</summary>
    private static readonly string[] s_shownElsewhere =
    [
        "token-expired", "challenge-expired", "destroyed", "rate-limited", "tpm-unavailable", "audit-unavailable", "store-unavailable",
        "verifier-unavailable",
    ];

    private readonly ApiFile _file = ApiFile.Read();

    [Fact]
    public void Every_route_is_in_the_file_and_the_other_way_round()
    {
        var routes = broker.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} /{route.RoutePattern.RawText!.TrimStart('/')}"));

        Assert.Equal(
            _file.Operations.Values.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal),
            routes.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_problem_code_is_in_the_file_and_every_code_of_the_file_is_one()
    {
        var listed = _file["/components/schemas/ProblemCode/enum"].AsArray().Select(code => code!.GetValue<string>());
        Assert.Equal(ProblemCodes.All.Order(), listed.Order());
        var denials = File.ReadAllText(Testing.Repository.Path("specs", "denials.md"));
        Assert.All(ProblemCodes.All, code => Assert.Contains($"`{code}`", denials, StringComparison.Ordinal));
        Assert.All(_file.Operations.Values.SelectMany(operation => operation.Problems), problem =>
            Assert.Equal(problem, $"{ProblemCodes.StatusOf(problem[4..])} {problem[4..]}"));
    }

    [Fact]
    public async Task The_file_is_served_as_it_is_and_the_page_loads_nothing_from_elsewhere()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var served = await broker.Tcp.GetStringAsync("/openapi.yaml", cancellation);
        Assert.Equal(await File.ReadAllTextAsync(Testing.Repository.Path("specs/openapi.yaml"), cancellation), served);

        using var page = await broker.Tcp.GetAsync("/docs", cancellation);
        Assert.DoesNotContain("//", await page.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'self'; ", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
    }

    /// <summary>Threat G11: nothing rests on the framework's own keys, so there are none.</summary>
    [Fact]
    public void There_are_no_keys_of_data_protection_and_no_cookies()
    {
        Assert.Null(broker.Application.Services.GetService<IDataProtectionProvider>());
        Assert.Null(broker.Application.Services.GetService<IAuthenticationSchemeProvider>());
        Assert.Empty(Directory.GetFiles(broker.State, "*.xml", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Every_operation_and_every_refusal_is_as_the_file_says()
    {
        broker.WritePolicy("web-tier", SoftwareMachine.GoodRegister, Keeper.Everything);
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var witness = new ApiWitness(_file, broker) { Machine = machine };
        await new ApiWalk(witness, broker).EverythingAsync();
        Assert.All(_file.Operations.Keys, id => Assert.True(witness.Seen.Contains($"{id} 200") || witness.Seen.Contains($"{id} 201"), id));

        await new ApiRefusals(witness).OfEveryKindAsync();
        await new ApiCases(witness, broker).AllAsync();
        var unseen = _file.Operations.Values
            .SelectMany(operation => operation.Problems.Select(problem => $"{operation.Id} {problem}"))
            .Where(problem => !witness.Seen.Contains(problem) && !s_shownElsewhere.Contains(problem.Split(' ')[2]));
        Assert.Equal(ApiCases.NotForced.Order(StringComparer.Ordinal), unseen.Order(StringComparer.Ordinal));
    }
}
