using System.Diagnostics;
using FastEndpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace KeyBroker.Benchmarks;

/// <summary>Kestrel and FastEndpoints with one endpoint: what a broker's start is held against.</summary>
internal static class EmptyApplication
{
    public const string Mode = "empty-application";

    public static async Task ServeAsync(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddFastEndpoints(discovery =>
        {
            discovery.DisableAutoDiscovery = true;
            discovery.Assemblies = [typeof(EmptyApplication).Assembly];
        });
        var application = builder.Build();
        application.UseFastEndpoints();
        await application.RunAsync(url);
    }

    /// <summary>From the start of the process to its first answer, in milliseconds: the median of several.</summary>
    public static async Task<double> StartAsync(int times)
    {
        var taken = new List<double>();
        for (var time = 0; time < times; time++)
        {
            var url = $"http://127.0.0.1:{18900 + time}";
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(Environment.ProcessPath!, [Mode, url]);
            using var http = new HttpClient();
            while (!await AnswersAsync(http, url))
            {
                await Task.Delay(5);
            }

            taken.Add(clock.Elapsed.TotalMilliseconds);
            process.Kill();
            await process.WaitForExitAsync();
        }

        return taken.Order().ElementAt(times / 2);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url + "/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private sealed class ReadyEndpoint : EndpointWithoutRequest
    {
        public override void Configure()
        {
            Get("/ready");
            AllowAnonymous();
        }

        public override Task HandleAsync(CancellationToken ct)
        {
            HttpContext.Response.StatusCode = 200;
            return Task.CompletedTask;
        }
    }
}
