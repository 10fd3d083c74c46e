using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KeyBroker.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KeyBroker.Tests.Audit;

/// <summary>What collects OTLP logs: a small real server, which may be told to answer otherwise.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonNode> _records = new();

    private Collector(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(url);
        _app.MapPost("/v1/logs", CollectAsync);
        Url = url;
    }

    public string Url { get; }

    /// <summary>Status and body of the answers to come.</summary>
    public (int Status, string Body) Answer { get; set; } = (200, "{}");

    /// <summary>The log records that were taken, in the order they came.</summary>
    public IReadOnlyList<JsonNode> Records => [.. _records];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector($"http://127.0.0.1:{RunningBroker.FreePort()}");
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CollectAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (Answer is { Status: 200, Body: "{}" })
        {
            var scope = body!["resourceLogs"]![0]!["scopeLogs"]![0]!;
            scope["logRecords"]!.AsArray().ToList().ForEach(record => _records.Enqueue(record!));
        }

        context.Response.StatusCode = Answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Answer.Body);
    }
}
