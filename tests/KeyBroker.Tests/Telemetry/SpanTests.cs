using System.Diagnostics;
using System.Net;
using System.Text;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>TEL-5 and TEL-6: what a trace shows, where it begins, and that a collector gets it.</summary>
public sealed class SpanTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task A_request_holds_its_message_and_the_message_its_work_on_the_tpm()
    {
        using var spans = new CollectedSpans();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await machine.CallAsync("POST", "/v1/keys", """{"name":"web/traced","type":"ec-p256"}""");
        var signed = await machine.CallAsync("POST", "/v1/keys/web%2Ftraced/sign", """{"alg":"ES256","message":"AA"}""");

        var request = await RequestAsync(spans, signed);
        Assert.Equal("POST /v1/keys/{name}/sign", request.DisplayName);
        Assert.Equal("/v1/keys/{name}/sign", request.GetTagItem("http.route"));
        Assert.Equal(200, request.GetTagItem("http.response.status_code"));
        var message = Assert.Single(spans.ChildrenOf(request));
        Assert.Equal(("key.sign", "done"), (message.DisplayName, message.GetTagItem("keybroker.outcome")));
        Assert.Equal("tpm", Assert.Single(spans.ChildrenOf(message)).DisplayName);
    }

    [Fact]
    public async Task A_caller_neither_continues_nor_hides_a_trace_and_is_linked()
    {
        using var spans = new CollectedSpans();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var answer = await machine.CallAsync("GET", "/v1/keys", edit: request =>
        {
            request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
            request.Headers.TryAddWithoutValidation("tracestate", "canary=canary");
            request.Headers.TryAddWithoutValidation("baggage", "canary=canary");
        });

        var span = await RequestAsync(spans, answer);
        Assert.NotEqual("0af7651916cd43dd8448eb211c80319c", span.TraceId.ToHexString());
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Assert.Single(span.Links).Context.TraceId.ToHexString());
        Assert.DoesNotContain("canary", spans.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_collector_gets_the_spans()
    {
        using var collector = new HttpListener();
        var url = $"http://127.0.0.1:{RunningBroker.FreePort()}/";
        collector.Prefixes.Add(url);
        collector.Start();
        await using var traced = await RunningBroker.StartAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={url}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_BSP_SCHEDULE_DELAY=100");
        using var machine = new SoftwareMachine(traced);
        await machine.PostAsync("/v1/challenges", "{}");

        var received = "";
        while (!received.Contains("POST /v1/challenges", StringComparison.Ordinal))
        {
            var call = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body, TestContext.Current.CancellationToken);
            received += Encoding.Latin1.GetString(body.ToArray());
            call.Response.Close();
        }

        Assert.Contains("keybrokerd", received, StringComparison.Ordinal);
    }

    private static async Task<Activity> RequestAsync(CollectedSpans spans, Answer answer)
    {
        var id = HeaderOf(answer);
        var started = Stopwatch.GetTimestamp();
        while (spans.OfRequest(id) is null && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // The span ends after its answer left.
        }

        return spans.OfRequest(id) ?? throw new InvalidOperationException("no span of this request");
    }

    private static string HeaderOf(Answer answer) => answer.Headers.Split('\n')
        .Single(line => line.StartsWith("X-Request-Id: ", StringComparison.OrdinalIgnoreCase))["X-Request-Id: ".Length..].Trim();
}
